/**
 * Final files appear by rename only, and all of them or none: they are made in `staged/`, flushed, listed
 * in `publish.json`, and only then renamed. A process killed among the renames leaves the list, and the
 * next one finishes it.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { GtkError, gtkError } from '../errors.js';
import { checksum, flushToDisk, writeFileAtomically } from './atomic.js';
import { makeFolder } from './folders.js';
import type { FinishedRun, RunFolder, RunRecord } from './run-folder.js';

/** Forgets half-made final files of an earlier attempt. */
export function clearStaged(folder: RunFolder): void {
  rmSync(folder.stagedFolder, { recursive: true, force: true });
  makeFolder(folder.stagedFolder);
}

/** Makes the staged files the output of the run; `done` is what the command prints when run again. */
export async function publish(
  folder: RunFolder,
  run: RunRecord,
  done: Pick<FinishedRun, 'result' | 'failures'>,
): Promise<FinishedRun> {
  const files = readdirSync(folder.stagedFolder).sort();
  try {
    const staged = files.map((file) => path.join(folder.stagedFolder, file));
    await Promise.all([...staged, folder.stagedFolder].map(flushToDisk));
    const outputs = files.map((file, i) => ({ file, ...checksum(staged[i]!) }));
    writeFileAtomically(folder.publishFile, JSON.stringify({ outputs, ...done }), true);
  } catch (error) {
    throw notWritable(folder, error);
  }
  return (await finishPublishing(folder, run))!;
}

/** Completes a publication that was begun, if any; then the run is finished. */
export async function finishPublishing(folder: RunFolder, run: RunRecord): Promise<FinishedRun | undefined> {
  if (!existsSync(folder.publishFile)) return undefined;
  const finished = JSON.parse(readFileSync(folder.publishFile, 'utf8')) as FinishedRun;
  try {
    for (const { file } of finished.outputs) {
      const staged = path.join(folder.stagedFolder, file);
      if (existsSync(staged)) renameSync(staged, path.join(folder.out, file));
    }
    const kept = new Set(finished.outputs.map(({ file }) => file));
    for (const file of run.replaces ?? []) {
      if (!kept.has(file)) rmSync(path.join(folder.out, file), { force: true });
    }
    await flushToDisk(folder.out);
  } catch (error) {
    throw notWritable(folder, error);
  }
  const { replaces: _, ...record } = run;
  folder.writeRun({ ...record, finished });
  rmSync(folder.publishFile);
  return finished;
}

function notWritable(folder: RunFolder, error: unknown): GtkError {
  if (error instanceof GtkError) return error;
  return gtkError('GTK_NOT_WRITABLE', { path: folder.out, reason: (error as Error).message }, error);
}

/** True while every final file of a finished run is there with its size. */
export function outputsStand(folder: RunFolder, finished: FinishedRun): boolean {
  return finished.outputs.every(({ file, bytes }) => {
    return statSync(path.join(folder.out, file), { throwIfNoEntry: false })?.size === bytes;
  });
}
