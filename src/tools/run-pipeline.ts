/** Runs programs joined by pipes, in the process group of the caller: whoever ends the group ends them all. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { gtkError } from '../errors.js';

/** What to run. */
export interface Pipeline {
  /** Each reads what the one before it prints: absolute paths of the programs, and their arguments. */
  stages: readonly { program: string; args: readonly string[] }[];
  /** Takes all that they say: standard error of all, and standard output of the last one if it goes nowhere. */
  print(text: Uint8Array): void;
  /** File for the standard output of the last one. */
  stdout?: string;
}

/** How one of them ended. */
export interface StageEnd {
  status: number | null;
  endedBy: NodeJS.Signals | null;
}

/** Texts, and the order of bytes, are the same everywhere. */
const env = { ...process.env, LC_ALL: 'C' };

/**
 * Runs them all to their ends.
 *
 * @throws GTK_MISSING_TOOL if one cannot be started; what is wrong with the output file
 */
export async function runPipeline({ stages, print, stdout }: Pipeline): Promise<StageEnd[]> {
  const children: ChildProcess[] = [];
  let before: Readable | null = null;
  for (const { program, args } of stages) {
    const child: ChildProcess = spawn(program, args, { stdio: [before ?? 'ignore', 'pipe', 'pipe'], env });
    if (child.pid === undefined) {
      for (const started of children) started.kill();
      const [error] = (await once(child, 'error')) as [Error];
      throw gtkError('GTK_MISSING_TOOL', { tool: program, reason: error.message }, error);
    }
    // The pipe itself was handed on: were it kept open here, the first would never learn that the second ended.
    before?.destroy();
    before = child.stdout;
    children.push(child);
  }
  const exits = children.map(
    (child) => once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
  );
  for (const { stderr } of children) stderr!.on('data', print);
  const last = children.at(-1)!.stdout!;
  if (stdout === undefined) last.on('data', print);
  const written = stdout === undefined ? finished(last) : pipeline(last, createWriteStream(stdout));
  const ends = await Promise.all(exits);
  await Promise.all([written, ...children.map(({ stderr }) => finished(stderr!))]);
  return ends.map(([status, endedBy]) => ({ status, endedBy }));
}
