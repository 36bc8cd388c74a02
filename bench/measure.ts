import { spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';

/** A program to time: whole processes, from start to exit, standard output thrown away. */
export interface Program {
  name: string;
  /** Argument array, program first. `scratch` is an empty folder that is removed after the run. */
  command: (scratch: string) => string[];
  /** Lays out what the program is to find in `scratch`; takes no part in its time. */
  arrange?: (scratch: string) => void;
  /** Times are multiplied by this: for a program too slow for the whole input that gets a tenth of it. */
  scale?: number;
  /** Looks at what the warm-up run left in `scratch`, and throws when it did not do the work. */
  check?: (scratch: string) => void | Promise<void>;
  /** Most memory that it may take, in bytes. */
  memoryLimit?: number;
}

/** One run of one process. */
export interface Run {
  /** Wall clock, user and system time, in seconds. */
  wall: number;
  user: number;
  system: number;
  /** Largest resident set of the process, in bytes. */
  peak: number;
}

/** All runs of a program, in order, and their middle. */
export interface Measured {
  name: string;
  scale: number;
  runs: Run[];
  /** Medians; times are scaled. */
  wall: number;
  user: number;
  system: number;
  /** The largest peak of any run: a limit on memory must hold every time. */
  peak: number;
  memoryLimit?: number;
}

/**
 * Runs a process under /usr/bin/time, which knows its peak memory when it has ended; the wall clock is ours,
 * since that of time counts in hundredths of a second. Going through a small program also keeps the memory
 * of this process, from which the child is forked, out of the figure.
 */
export async function runOnce(command: string[]): Promise<Run> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gtk-time-'));
  const figures = path.join(folder, 'figures');
  try {
    const args = ['-f', '%U %S %M', '-o', figures, ...command];
    const started = process.hrtime.bigint();
    const child = spawn('/usr/bin/time', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const wall = Number(process.hrtime.bigint() - started) / 1e9;
    if (status !== 0) throw new Error(`${command.join(' ')}\nended with status ${status}:\n${complaint}`);
    const [user, system, kibibytes] = readFileSync(figures, 'utf8').trim().split(' ').map(Number);
    return { wall, user: user!, system: system!, peak: kibibytes! * 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(program: Program, check: boolean): Promise<Run> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'gtk-bench-'));
  try {
    program.arrange?.(scratch);
    const run = await runOnce(program.command(scratch));
    if (check) await program.check?.(scratch);
    return run;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Reads files once, so that every program finds them in the page cache. */
export async function warm(files: string[]): Promise<void> {
  for (const file of files) await finished(createReadStream(file, { highWaterMark: 1 << 20 }).resume());
}

/** The middle of the numbers (the mean of the two middle ones of an even count). */
export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new Error('median of nothing');
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Times programs against each other: one checked warm-up run each, then `runs` rounds in which each runs
 * once (A B C A B C ...), so that whatever slows the machine for a while slows all of them.
 */
export async function alternate(programs: Program[], runs: number): Promise<Measured[]> {
  for (const program of programs) await runIn(program, true);
  const all = programs.map((): Run[] => []);
  for (let round = 0; round < runs; round++) {
    for (const [index, program] of programs.entries()) all[index]!.push(await runIn(program, false));
  }
  return programs.map(({ name, scale = 1, memoryLimit }, index) => {
    const own = all[index]!;
    const middle = (of: 'wall' | 'user' | 'system') => median(own.map((run) => run[of])) * scale;
    return {
      name,
      scale,
      runs: own,
      wall: middle('wall'),
      user: middle('user'),
      system: middle('system'),
      peak: Math.max(...own.map((run) => run.peak)),
      ...(memoryLimit !== undefined && { memoryLimit }),
    };
  });
}
