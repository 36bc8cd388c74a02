/** Counts the reads of one file, and finds out whether it is whole: runs in a worker thread. */

import { GtkError } from '../../errors.js';
import { fileChunks } from '../../formats/compression/file-chunks.js';
import { gunzip } from '../../formats/compression/gzip.js';
import { binaryFormat, magicBytes, textFormat } from '../../formats/compression/magic.js';
import { peek } from '../../formats/compression/peek.js';
import { FastqCounter, type FastqCounts, fastqKernel } from '../../kernels/fastq/index.js';
import { gunzipKernel } from '../../kernels/gunzip/index.js';
import type { FailureReason } from '../failure.js';

/** What a whole FASTQ file holds. */
export interface ReadCounts {
  reads: number;
  bases: number;
  /** Bases of the shortest and of the longest read. */
  minLength: number;
  maxLength: number;
}

/** Counts, or why there are none: a failure of a run would not keep its reason between threads. */
export type CountedFile = { counts: ReadCounts } | { reason: FailureReason; problem: string };

/** Small enough for a processor's cache. */
const CHUNK_BYTES = 1 << 18;

/**
 * Reads a FASTQ file, plain or gzip, to its end.
 *
 * @throws GTK_UNREADABLE
 */
export async function countReads({ file }: { file: string }): Promise<CountedFile> {
  const { head, rest } = await peek(fileChunks(file, { chunkBytes: CHUNK_BYTES }), magicBytes);
  const counter = new FastqCounter(fastqKernel());
  try {
    const text = textOf(file, head, rest);
    if (typeof text === 'string')
      return { reason: 'not-fastq', problem: `${file} is ${text}, expected FASTQ` };
    // Behind a fault, too: damaged gzip tends to give wrong text before its checksum tells.
    for await (const chunk of text) counter.push(chunk);
  } catch (error) {
    if (!(error instanceof GtkError) || error.code === 'GTK_UNREADABLE') throw error;
    const reason = error.code === 'GTK_TRUNCATED' ? 'truncated-input' : 'corrupt-gzip';
    return { reason, problem: error.message };
  } finally {
    await rest.return?.();
  }
  return judged(file, counter.end());
}

/** The text of a file, or the words for what it holds instead. */
function textOf(file: string, head: Uint8Array, rest: AsyncIterable<Uint8Array>) {
  const format = textFormat(head);
  if (format === 'gzip' || format === 'bgzf') return gunzip(rest, file, gunzipKernel());
  if (format !== 'plain') return format;
  return binaryFormat(head) ?? rest;
}

function judged(file: string, { fault, records, bases, minLength, maxLength }: FastqCounts): CountedFile {
  if (fault) {
    const problem = `${file}, record ${fault.record}: found ${fault.found}, expected ${fault.expected}`;
    return { reason: fault.kind === 'end' ? 'truncated-input' : 'not-fastq', problem };
  }
  if (records === 0) return { reason: 'no-reads', problem: `${file} holds no read` };
  return { counts: { reads: records, bases, minLength, maxLength } };
}
