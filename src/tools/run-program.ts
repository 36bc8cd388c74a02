/** Runs an external program to its end: own process group, no shell, bounded capture, watched, killable. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { gtkError } from '../errors.js';
import { killGroup } from './kill-group.js';
import { identify, type ProcessIdentity } from './process-identity.js';
import { type SignsOfLife, watchForLife } from './watch.js';

/** What to run, and what bounds it. */
export interface ProgramRun {
  /** Absolute path of the program. */
  program: string;
  args: readonly string[];
  /** Abort ends the whole process group: SIGTERM, ten seconds later SIGKILL. */
  signal: AbortSignal;
  /** Seconds that it may take. */
  seconds: number;
  /** File that all of its output goes to, appended. */
  logFile?: string;
  /** Ends it when it shows no sign of life for so long. */
  life?: SignsOfLife;
  /** Called when it runs, with what identifies it, and again once it has ended. */
  onProcess?: (process: ProcessIdentity, state: 'started' | 'ended') => void;
  /** Scratch folder; only for programs that write into the current folder whatever they are told. */
  cwd?: string;
  env?: Readonly<Record<string, string>>;
}

/** How it ended. Its exit status proves nothing; results are validated. */
export interface ProgramEnd {
  /** Null if a signal ended it. */
  status: number | null;
  endedBy: NodeJS.Signals | null;
  /** Why gtk ended it, if it did. */
  stopped?: 'time' | 'silence';
  /** The last 64 KiB of standard output and standard error, as they came. */
  output: string;
  seconds: number;
}

const KEPT = 1 << 16;

/** A timer of more, 25 days, would go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs a program to its end. Standard input is closed, its working directory is gtk's own.
 *
 * @throws GTK_MISSING_TOOL if it cannot be started; the signal's reason, once the whole group has ended
 */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  run.signal.throwIfAborted();
  const before = performance.now();
  const child = spawn(run.program, run.args, {
    cwd: run.cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(run.env && { env: { ...process.env, ...run.env } }),
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  exited.catch(() => {});
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw gtkError('GTK_MISSING_TOOL', { tool: run.program, reason: error.message }, error);
  }
  const identity = identify(child.pid);
  run.onProcess?.(identity, 'started');
  const log = run.logFile === undefined ? undefined : openLog(run.logFile);
  const tail = keepTail(child, log);
  let stopped: ProgramEnd['stopped'];
  const stop = (why: NonNullable<ProgramEnd['stopped']>) => {
    stopped ??= why;
    void killGroup(identity);
  };
  const abort = () => void killGroup(identity);
  run.signal.addEventListener('abort', abort);
  const deadline = setTimeout(() => stop('time'), Math.min(run.seconds * 1000, LONGEST_TIMER_MS));
  const unwatch = run.life && watchForLife(child.pid, run.life, () => stop('silence'));
  try {
    const [status, endedBy] = await exited;
    // What it started must not outlive it and write into files that are being judged.
    await killGroup(identity);
    await outputEnds(child);
    run.signal.throwIfAborted();
    const seconds = (performance.now() - before) / 1000;
    return { status, endedBy, ...(stopped && { stopped }), output: tail(), seconds };
  } finally {
    run.signal.removeEventListener('abort', abort);
    clearTimeout(deadline);
    unwatch?.();
    log?.end();
    run.onProcess?.(identity, 'ended');
  }
}

/** How long the rest of the output may take once everybody who should write it has ended. */
const REST_MS = 1000;

/**
 * Waits for the rest of what a child that has ended printed, but not for ever: what it left behind may hold the pipes
 * open.
 */
export async function outputEnds({ stdout, stderr }: ChildProcess): Promise<void> {
  const streams = [stdout, stderr].filter((stream) => stream !== null);
  const ends = streams.map((stream) => finished(stream).catch(() => {}));
  const enough = new AbortController();
  const { signal } = enough;
  await Promise.race([Promise.all(ends), sleep(REST_MS, undefined, { signal }).catch(() => {})]);
  enough.abort();
  for (const stream of streams) stream.destroy();
}

/** A log on a full disk must not end the work. */
function openLog(file: string): WriteStream {
  return createWriteStream(file, { flags: 'a' }).on('error', () => {});
}

function keepTail(child: ChildProcess, log: WriteStream | undefined): () => string {
  let kept: Buffer[] = [];
  let bytes = 0;
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => {
      if (log?.writable) log.write(chunk);
      kept.push(chunk);
      bytes += chunk.length;
      if (bytes > 2 * KEPT) {
        kept = [Buffer.concat(kept).subarray(-KEPT)];
        bytes = KEPT;
      }
    });
  }
  return () => Buffer.concat(kept).subarray(-KEPT).toString('utf8');
}
