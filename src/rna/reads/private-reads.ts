/** The user's own FASTQ in a run's folder: gzip as a link, plain text compressed. The user's files stay as they are. */
import {
  closeSync,
  createReadStream,
  createWriteStream,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { temporaryName } from '../../engine/atomic.js';
import { binaryFormat, magicBytes, textFormat } from '../../formats/compression/magic.js';
import { type FailureReason, SampleFailure } from '../failure.js';
import type { Sample } from '../sample.js';
import type { Workshop } from '../workshop.js';
import { fastqNames } from './file-names.js';
import { gzipTextBytes } from './gzip-text-bytes.js';

/**
 * Puts the user's files of a run into its folder.
 *
 * @param folder of the run; it exists
 * @returns absolute paths, mates in order
 * @throws SampleFailure; the signal's reason
 */
export async function linkPrivate(
  sample: Sample,
  folder: string,
  shop: Pick<Workshop, 'signal' | 'tell' | 'disk'>,
): Promise<string[]> {
  const sources = sample.privateFiles ?? [];
  const names = fastqNames(sample.run, sources.length);
  const files: string[] = [];
  for (const [at, source] of sources.entries()) {
    const target = path.join(folder, names[at]!);
    if (isCompressed(source)) link(source, target);
    else await compress(sample.run, source, target, shop);
    files.push(target);
  }
  return files;
}

function fail(reason: FailureReason, problem: string): SampleFailure {
  return new SampleFailure('fetch', reason, problem);
}

/** Whether the file is gzip; it is plain FASTQ else. */
function isCompressed(source: string): boolean {
  const head = headOf(source);
  const format = textFormat(head);
  if (format === 'gzip' || format === 'bgzf') return true;
  const other = format === 'plain' ? binaryFormat(head) : format;
  if (other !== undefined) throw fail('not-fastq', `${source} is ${other}, expected FASTQ, plain or gzip`);
  return false;
}

function headOf(source: string): Uint8Array {
  try {
    if (!statSync(source).isFile()) throw new Error('it is no file');
    const fd = openSync(source, 'r');
    try {
      const head = new Uint8Array(magicBytes);
      return head.subarray(0, readSync(fd, head));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw fail('private-file-missing', `${source} cannot be read: ${(error as Error).message}`);
  }
}

function link(source: string, target: string): void {
  const there = lstatSync(target, { throwIfNoEntry: false });
  if (there && !there.isSymbolicLink()) {
    throw fail('file-in-the-way', `${target} stands where the link to ${source} belongs`);
  }
  const temporary = temporaryName(target);
  symlinkSync(source, temporary);
  renameSync(temporary, target);
}

/** The levels above it cost several times the time, for files that are read once. */
const FAST = constants.Z_BEST_SPEED;

async function compress(
  run: string,
  source: string,
  target: string,
  { signal, tell, disk }: Pick<Workshop, 'signal' | 'tell' | 'disk'>,
): Promise<void> {
  const { size, mtimeMs } = statSync(source);
  const there = lstatSync(target, { throwIfNoEntry: false });
  if (there?.isFile() && there.mtimeMs >= mtimeMs && gzipTextBytes(target) === size % 2 ** 32) return;
  const release = await disk.promise(size, 'fetch', signal);
  const part = `${target}.part`;
  try {
    await pipeline(createReadStream(source), createGzip({ level: FAST }), createWriteStream(part), {
      signal,
    });
    if (gzipTextBytes(part) !== size % 2 ** 32)
      throw fail('truncated-input', `${source} changed while it was read`);
    const bytes = statSync(part).size;
    renameSync(part, target);
    tell({ type: 'file', run, path: target, bytes });
  } catch (error) {
    rmSync(part, { force: true });
    signal.throwIfAborted();
    throw error;
  } finally {
    release();
  }
}
