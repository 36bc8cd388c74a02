/** Runs programs joined by pipes, in the process group of the caller: whoever ends the group ends them all. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gtkError } from '../errors.js';
import { openPipe, type Pipe } from './pipe.js';
import { outputEnds } from './run-program.js';

/** What to run. */
export interface Pipeline {
  /** Each reads what the one before it prints: absolute paths of the programs, and their arguments. */
  stages: readonly { program: string; args: readonly string[] }[];
  /** Takes all that they say: standard error of all, and standard output of the last one if it goes nowhere. */
  print(text: Uint8Array): void;
  /** File for the standard output of the last one. */
  stdout?: string;
  /** Working folder, which can be written to; that of the caller unless given. */
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
 * @throws GTK_MISSING_TOOL if one cannot be started, GTK_NOT_WRITABLE if the output file cannot be opened or no pipe
 *   be made; none of them is left then
 */
export async function runPipeline({ stages, print, stdout, cwd }: Pipeline): Promise<StageEnd[]> {
  const fds = new Set<number>();
  const children: ChildProcess[] = [];
  const ends: StageEnd[] = [];
  const exits: Promise<unknown>[] = [];
  const close = (fd: number) => {
    if (fds.delete(fd)) closeSync(fd);
  };
  try {
    let before: number | 'ignore' = 'ignore';
    for (const [stage, { program, args }] of stages.entries()) {
      const isLast = stage === stages.length - 1;
      const pipe: Pipe | undefined = isLast ? undefined : await openPipe(cwd ?? os.tmpdir());
      const out: number | 'pipe' = pipe?.write ?? (stdout === undefined ? 'pipe' : openOutput(stdout));
      for (const fd of [pipe?.read, out]) if (typeof fd === 'number') fds.add(fd);
      // Programs write their command line into what they make: under their name, not where they stand.
      const argv0 = path.basename(program);
      const child = spawn(program, args, { stdio: [before, out, 'pipe'], argv0, env, cwd });
      // Were an end kept open here, the program at the other end would never learn that this one ended.
      for (const fd of [before, out]) if (typeof fd === 'number') close(fd);
      if (child.pid === undefined) {
        const [error] = (await once(child, 'error')) as [Error];
        throw gtkError('GTK_MISSING_TOOL', { tool: argv0, reason: error.message }, error);
      }
      before = pipe?.read ?? 'ignore';
      children.push(child);
      const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
      exits.push(exited.then(([status, endedBy]) => ends.push({ stage, status, endedBy })));
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', print);
    }
  } catch (error) {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(exits);
    throw error;
  } finally {
    for (const fd of fds) close(fd);
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
