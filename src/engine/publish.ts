/**
 * Final files appear by rename only, and all of them or none: they are made in `staged/`, flushed, listed
 * in `publish.json`, and only then renamed. A process killed among the renames leaves the list, and the
 * next one finishes it.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { GtkError, gtkError } from '../errors.js';
import { flushToDisk, writeFileAtomically } from './atomic.js';
import { makeFolder } from './folders.js';
import type { Job } from './job.js';
import type { FinishedRun, RunFolder, RunRecord } from './run-folder.js';

/** Files whose way to the disk is waited for together: it is as long for several as for one. */
const FLUSHED_AT_ONCE = 32;

/** What publishing has to know of a job. */
type Publisher = Pick<Job, 'completion' | 'ownFolders'>;

/** Forgets half-made final files of an earlier attempt. */
export function clearStaged(folder: RunFolder): void {
  rmSync(folder.stagedFolder, { recursive: true, force: true });
  makeFolder(folder.stagedFolder);
}

/** Makes the staged files the output of the run; `done` is what the command prints when run again. */
export async function publish(
  folder: RunFolder,
  run: RunRecord,
  job: Publisher,
  done: Pick<FinishedRun, 'result' | 'failures'>,
): Promise<FinishedRun> {
  const { folders, files } = contentOf(folder.stagedFolder);
  files.sort((a, b) => Number(a === job.completion) - Number(b === job.completion));
  try {
    const outputs: FinishedRun['outputs'] = [];
    for (let from = 0; from < files.length; from += FLUSHED_AT_ONCE) {
      const some = files.slice(from, from + FLUSHED_AT_ONCE);
      await Promise.all(some.map((file) => flushToDisk(path.join(folder.stagedFolder, file))));
    }
    for (const file of files) {
      outputs.push({ file, bytes: statSync(path.join(folder.stagedFolder, file)).size });
    }
    for (const name of ['', ...folders]) await flushToDisk(path.join(folder.stagedFolder, name));
    writeFileAtomically(folder.publishFile, JSON.stringify({ outputs, ...done }), true);
  } catch (error) {
    throw notWritable(folder, error);
  }
  return (await finishPublishing(folder, run, job))!;
}

/** Folders and files below a folder by their relative paths, in order. */
function contentOf(folder: string): { folders: string[]; files: string[] } {
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const names = (kept: typeof entries) =>
    kept.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
  return {
    folders: names(entries.filter((entry) => entry.isDirectory())),
    files: names(entries.filter((entry) => entry.isFile())),
  };
}

/** Completes a publication that was begun, if any; then the run is finished. */
export async function finishPublishing(
  folder: RunFolder,
  run: RunRecord,
  job: Publisher,
): Promise<FinishedRun | undefined> {
  if (!existsSync(folder.publishFile)) return undefined;
  const finished = JSON.parse(readFileSync(folder.publishFile, 'utf8')) as FinishedRun;
  const outputs = finished.outputs.map(({ file }) => file);
  try {
    if (job.completion) rmUnlessStaged(folder, job.completion);
    removeStale(folder, run, job, new Set(outputs));
    for (const file of outputs) {
      const staged = path.join(folder.stagedFolder, file);
      const final = path.join(folder.out, file);
      if (!existsSync(staged)) continue;
      makeFolder(path.dirname(final));
      renameSync(staged, final);
    }
    const folders = new Set(outputs.map((file) => path.dirname(path.join(folder.out, file))));
    for (const name of new Set([folder.out, ...folders])) await flushToDisk(name);
  } catch (error) {
    throw notWritable(folder, error);
  }
  const { replaces: _, ...record } = run;
  folder.writeRun({ ...record, finished });
  rmSync(folder.publishFile);
  return finished;
}

/** While other files change, none may say that all of them stand. */
function rmUnlessStaged(folder: RunFolder, completion: string): void {
  if (existsSync(path.join(folder.stagedFolder, completion)))
    rmSync(path.join(folder.out, completion), { force: true });
}

/** Removes what earlier runs left and this one does not write. */
function removeStale(folder: RunFolder, run: RunRecord, job: Publisher, kept: ReadonlySet<string>): void {
  const owned = (job.ownFolders ?? []).flatMap((own) =>
    contentOf(path.join(folder.out, own)).files.map((file) => path.join(own, file)),
  );
  for (const file of new Set([...(run.replaces ?? []), ...owned])) {
    if (kept.has(file)) continue;
    rmSync(path.join(folder.out, file), { force: true });
    removeEmptyFolders(folder.out, path.dirname(file));
  }
}

function removeEmptyFolders(out: string, name: string): void {
  for (let at = name; at !== '.'; at = path.dirname(at)) {
    try {
      rmdirSync(path.join(out, at));
    } catch {
      return;
    }
  }
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
