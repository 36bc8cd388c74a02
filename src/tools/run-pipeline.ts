/** Runs programs joined by pipes, in the process group of the caller: whoever ends the group ends them all. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { gtkError } from '../errors.js';
import { outputEnds } from './run-program.js';

/** What to run. */
export interface Pipeline {
  /** Each reads what the one before it prints: absolute paths of the programs, and their arguments. */
  stages: readonly { program: string; args: readonly string[] }[];
  /** Takes all that they say: standard error of all, and standard output of the last one if it goes nowhere. */
  print(text: Uint8Array): void;
  /** File for the standard output of the last one. */
  stdout?: string;
  /** Working folder; that of the caller unless given. */
  cwd?: string;
}

/** How one of them ended. */
export interface StageEnd {
  /** Which it is, from 0. */
  stage: number;
  status: number | null;
  endedBy: NodeJS.Signals | null;
}

/** Texts, and the order of bytes, are the same everywhere. */
const env = { ...process.env, LC_ALL: 'C' };

/**
 * Runs them all to their ends.
 *
 * @returns how they ended, in the order in which they did
 * @throws GTK_MISSING_TOOL if one cannot be started, GTK_NOT_WRITABLE if the output file cannot be opened; none of
 *   them is left then
 */
export async function runPipeline({ stages, print, stdout, cwd }: Pipeline): Promise<StageEnd[]> {
  const output = stdout === undefined ? undefined : openOutput(stdout);
  const children: ChildProcess[] = [];
  const ends: StageEnd[] = [];
  const exits: Promise<unknown>[] = [];
  try {
    let before: Readable | null = null;
    for (const [stage, { program, args }] of stages.entries()) {
      const out = stage === stages.length - 1 && output !== undefined ? output : 'pipe';
      // Programs write their command line into what they make: under their name, not where they stand.
      const argv0 = path.basename(program);
      const child: ChildProcess = spawn(program, args, {
        stdio: [before ?? 'ignore', out, 'pipe'],
        argv0,
        env,
        cwd,
      });
      // The pipe itself was handed on: were it kept open here, the first would never learn that the second ended.
      before?.destroy();
      if (child.pid === undefined) {
        const [error] = (await once(child, 'error')) as [Error];
        throw gtkError('GTK_MISSING_TOOL', { tool: argv0, reason: error.message }, error);
      }
      before = child.stdout;
      children.push(child);
      const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
      exits.push(exited.then(([status, endedBy]) => ends.push({ stage, status, endedBy })));
      child.stderr!.on('data', print);
    }
    before?.on('data', print);
  } catch (error) {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(exits);
    throw error;
  } finally {
    if (output !== undefined) closeSync(output);
  }
  await Promise.all(exits);
  await Promise.all(children.map(outputEnds));
  return ends;
}

function openOutput(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path: file, reason: (error as Error).message }, error);
  }
}
