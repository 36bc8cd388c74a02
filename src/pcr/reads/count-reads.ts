/** Counts the reads of a gzip FASTQ file. */
import { gtkError } from '../../errors.js';
import { fileChunks } from '../../formats/compression/file-chunks.js';
import { gunzip } from '../../formats/compression/gzip.js';
import { FastqCounter, fastqKernel } from '../../kernels/fastq/index.js';

/**
 * @param path absolute
 * @param shown the file in messages
 * @throws GTK_NOT_FASTQ, GTK_TRUNCATED, GTK_CORRUPT, GTK_UNREADABLE
 */
export async function countReads(path: string, shown: string): Promise<number> {
  const counter = new FastqCounter(fastqKernel());
  for await (const text of gunzip(fileChunks(path), shown)) if (!counter.push(text)) break;
  const { records, fault } = counter.end();
  if (!fault) return records;
  const { record, found, expected } = fault;
  throw gtkError('GTK_NOT_FASTQ', { path: shown, place: `record ${record}`, found, expected });
}
