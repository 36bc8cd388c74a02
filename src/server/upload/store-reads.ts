/** Writes one uploaded file to disk as it arrives, gzip in any case, and has it inspected meanwhile. */
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { peek } from '../../formats/compression/peek.js';
import { HttpProblem } from '../problem.js';
import { requireSpace } from './disk-space.js';
import type { Inspection, Inspector } from './inspector.js';
import { headBytes, readsFormat } from './reads-format.js';
import type { Mate } from './reads-scanner.js';

/** Bytes that are written at once. */
const BATCH_BYTES = 1 << 20;
/** Bytes between two looks at the free space of the disk. */
const SPACE_EVERY = 64 << 20;
/** Fast: the steps read these files a few times and then never again. */
const GZIP_LEVEL = 2;

export interface StoreOptions {
  /** Absolute path of a file that does not exist. */
  path: string;
  mate: Mate;
  inspector: Inspector;
  /** Bytes that the file may have, as it is sent. */
  maxBytes: number;
  /** Files that came before: a fault that is found in one of them ends this one, too. */
  earlier: readonly Inspection[];
  signal: AbortSignal;
}

/**
 * Writes a file. When this resolves, it may still be under inspection, and need not be on the disk.
 *
 * @throws HttpProblem `unsupported_type`, `bad_reads`, `unpaired`, `too_large`, `no_space`; the signal's reason
 */
export async function storeReads(
  incoming: AsyncIterable<Uint8Array>,
  options: StoreOptions,
): Promise<Inspection> {
  const { path: file, mate, inspector, maxBytes, earlier, signal } = options;
  const { head, rest } = await peek(bounded(incoming, mate, maxBytes), headBytes);
  const format = readsFormat(head, mate);
  const handle = await open(file, 'wx');
  const inspection = inspector.inspect(file, mate);
  try {
    const write = (chunks: AsyncIterable<Uint8Array>) =>
      writeAll(chunks, handle, path.dirname(file), [inspection, ...earlier]);
    if (format === 'gzip') await pipeline(rest, write, { signal });
    else await pipeline(rest, createGzip({ level: GZIP_LEVEL, chunkSize: BATCH_BYTES }), write, { signal });
    inspection.end();
    return inspection;
  } catch (thrown) {
    inspection.drop();
    if (signal.aborted) throw signal.reason;
    if ((thrown as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw new HttpProblem('no_space', 'the disk of the server is full: remove runs that are not needed');
    }
    throw thrown;
  } finally {
    await handle.close();
  }
}

async function writeAll(
  chunks: AsyncIterable<Uint8Array>,
  handle: FileHandle,
  folder: string,
  inspections: readonly [Inspection, ...Inspection[]],
): Promise<void> {
  let written = 0;
  let checkAt = SPACE_EVERY;
  let batch: Uint8Array[] = [];
  let bytes = 0;
  const flush = async () => {
    for (let left = batch; left.length > 0; ) {
      const { bytesWritten } = await handle.writev(left);
      written += bytesWritten;
      left = behind(left, bytesWritten);
    }
    batch = [];
    bytes = 0;
    inspections[0].grewTo(written);
    const faulty = inspections.find(({ problem }) => problem);
    if (faulty) throw faulty.problem;
    if (written < checkAt) return;
    checkAt = written + SPACE_EVERY;
    await requireSpace(folder, SPACE_EVERY);
  };
  for await (const chunk of chunks) {
    batch.push(chunk);
    bytes += chunk.length;
    if (bytes >= BATCH_BYTES) await flush();
  }
  await flush();
}

/** What is left of buffers whose first bytes were written. */
function behind(buffers: Uint8Array[], bytes: number): Uint8Array[] {
  let at = 0;
  let left = bytes;
  while (at < buffers.length && left >= buffers[at]!.length) {
    left -= buffers[at]!.length;
    at += 1;
  }
  const rest = buffers.slice(at);
  return left > 0 ? [rest[0]!.subarray(left), ...rest.slice(1)] : rest;
}

/** The multipart parser would read a file that is too long to its end, and only then say so. */
async function* bounded(
  incoming: AsyncIterable<Uint8Array>,
  mate: Mate,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let left = maxBytes;
  for await (const chunk of incoming) {
    left -= chunk.length;
    if (left < 0) {
      throw new HttpProblem(
        'too_large',
        `${mate}: the file has more than the ${maxBytes} bytes that are allowed`,
      );
    }
    yield chunk;
  }
}
