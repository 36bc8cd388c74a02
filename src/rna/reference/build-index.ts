/** Builds the index of one reference: under a temporary name, checked, then renamed. */
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { flushToDisk } from '../../engine/atomic.js';
import { makeFolder } from '../../engine/folders.js';
import type { ProcessIdentity } from '../../tools/process-identity.js';
import { type ProgramEnd, runProgram } from '../../tools/run-program.js';
import { bytesBelow } from '../../tools/watch.js';
import { freeBytes } from '../disk.js';
import { type FailureReason, SampleFailure } from '../failure.js';
import type { QuantEngine } from '../workshop.js';
import { checkIndex } from './check-index.js';
import { checkReference } from './check-reference.js';
import { type IndexRecord, writeIndexRecord } from './index-record.js';

/** What is to be built, and with what. */
export interface IndexOrder {
  /** FASTA file, absolute. */
  reference: string;
  /** The index: a file of kallisto's, a folder of salmon's. */
  place: string;
  engine: QuantEngine;
  /** Path of the program, and its version. */
  program: string;
  version: string;
  /** Length of a k-mer: odd, at most 31. */
  k: number;
  /** For salmon; kallisto 0.48 builds with one. */
  threads: number;
  signal: AbortSignal;
  /** It is ended when it shows no sign of life for so long. */
  silentSeconds: number;
  logFile: string;
  onProcess?: (process: ProcessIdentity, state: 'started' | 'ended') => void;
}

/** Hours that a build may take. */
const MOST_HOURS = 48;

/** With less space than this left, what is not whole was most likely cut off by the disk's end. */
const FULL_BYTES = 100 * 2 ** 20;

const failure = (reason: FailureReason, problem: string, retryable = false) =>
  new SampleFailure('index', reason, problem, retryable);

/**
 * Builds an index in place of whatever stands there. Whoever calls holds the lock on it.
 *
 * @throws SampleFailure, whatever {@link checkReference} throws, the signal's reason: an earlier index still
 *   stands then
 */
export async function buildIndex(order: IndexOrder): Promise<void> {
  const { reference, place, engine, version, k, signal } = order;
  const { size, mtimeMs } = statSync(reference);
  const { records, sha256 } = await checkReference(reference, signal);
  const folder = path.dirname(place);
  makeFolder(folder);
  makeFolder(path.dirname(order.logFile));
  const scratch = path.join(folder, `.${path.basename(place)}.building`);
  rmSync(scratch, { recursive: true, force: true });
  makeFolder(scratch);
  try {
    const built = path.join(scratch, path.basename(place));
    const end = await runIndexer(order, built, scratch);
    await judge(end, built, order, records);
    for (const file of filesOf(built)) await flushToDisk(file);
    const record: IndexRecord = {
      reference: { path: reference, bytes: size, mtimeMs, sha256, records },
      bytes: bytesBelow(built),
      engine,
      version,
      k,
    };
    // A kill between any two of these leaves no index, never one beside another one's record.
    rmSync(place, { recursive: true, force: true });
    writeIndexRecord(place, record);
    renameSync(built, place);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function runIndexer(order: IndexOrder, built: string, scratch: string): Promise<ProgramEnd> {
  const { program, reference, engine, k, threads, signal, silentSeconds, logFile, onProcess } = order;
  const args =
    engine === 'kallisto'
      ? ['index', '-k', `${k}`, '-i', built, reference]
      : ['--no-version-check', 'index', '-t', reference, '-i', built, '-p', `${threads}`, '-k', `${k}`];
  return runProgram({
    program,
    args,
    signal,
    seconds: MOST_HOURS * 3600,
    logFile,
    life: { silentSeconds, grows: [scratch, logFile] },
    // Newer versions of kallisto write temporary files into the current folder.
    cwd: scratch,
    ...(onProcess && { onProcess }),
  });
}

/** Neither exit status 0 nor a file of some size proves that an index is whole. Throws SampleFailure. */
async function judge(end: ProgramEnd, built: string, order: IndexOrder, records: number): Promise<void> {
  const { engine, reference, logFile } = order;
  if (end.stopped === 'time') throw failure('timeout', `${engine} index took more than ${MOST_HOURS} hours`);
  if (end.stopped === 'silence') throw failure('hung', `${engine} index showed no sign of life`, true);
  if (end.endedBy === 'SIGKILL' || /std::bad_alloc/.test(end.output)) {
    throw failure('too-large', `${engine} index was ended for want of memory`);
  }
  let problem = `it ended with ${end.endedBy ?? `status ${end.status}`}`;
  if (end.status === 0) {
    try {
      const targets = (await checkIndex({ ...order, place: built })) ?? records;
      if (targets === records) return;
      problem = `the index has ${targets} targets, the reference ${records} records`;
    } catch (error) {
      order.signal.throwIfAborted();
      problem = (error as Error).message;
    }
  }
  if (freeBytes(built) < FULL_BYTES) {
    throw failure('disk-full', `${path.dirname(order.place)} has too little space for an index`, true);
  }
  throw failure(
    'no-index',
    `${engine} could not index ${reference}: ${problem}; all it said is in ${logFile}`,
  );
}

function filesOf(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  const entries = readdirSync(place, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => path.join(place, name));
}
