import { type DecompressOptions, decompress } from '../compression/decompress.js';
import { fileChunks } from '../compression/file-chunks.js';
import { HeadCheck } from './head-check.js';
import type { Sniffed } from './sniff.js';

/** How the text of a file is read. */
export interface TextOptions extends DecompressOptions {
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal;
  /** Memory that one row group of Parquet may take, in bytes. Default unlimited. */
  budgetBytes?: number;
}

/** Compressed bytes read at a time: for BGZF also the run that one thread inflates, to 3 or 4 MB. */
const compressedChunk = 1 << 20;

/**
 * The FASTA text of a file in any form, without a byte order mark, in chunks of memory of their own. It
 * is read and decompressed no further ahead than a few chunks of what was asked for, and the file is
 * closed at the end, on an error and on an early exit alike.
 *
 * @param sniffed what `sniff` told about that file
 * @throws GTK_TRUNCATED, GTK_CORRUPT, GTK_UNREADABLE; for Parquet also GTK_NO_COLUMN, GTK_TOO_LARGE and
 *   what HeadCheck throws
 */
export async function* openText(
  path: string,
  sniffed: Sniffed,
  options: TextOptions = {},
): AsyncGenerator<Uint8Array> {
  const { signal } = options;
  if (sniffed.format === 'parquet') {
    yield* parquetText(path, options);
  } else if (sniffed.format === 'plain') {
    yield* decompress(fileChunks(path, { start: sniffed.start, signal }), 'plain', path, options);
  } else {
    const source = fileChunks(path, { chunkBytes: compressedChunk, signal });
    let skip = sniffed.start;
    for await (const chunk of decompress(source, sniffed.format, path, options)) {
      const text = chunk.subarray(skip);
      skip -= chunk.length - text.length;
      if (text.length > 0) yield text;
    }
  }
}

/** Parquet's sequences are looked at here, since a head of them costs a whole row group. */
async function* parquetText(
  path: string,
  { signal, budgetBytes, onBytes }: TextOptions,
): AsyncGenerator<Uint8Array> {
  // Each row is two lines.
  const check = new HeadCheck(path, (line) => `row ${Math.ceil(line / 2)}`);
  const { openSequences } = await import('../parquet/read-sequences.js');
  const sequences = await openSequences(path);
  let checked = false;
  try {
    for await (const chunk of sequences.text({ budgetBytes, onBytes })) {
      signal?.throwIfAborted();
      check.push(chunk);
      if (check.done && !checked) {
        check.finish();
        checked = true;
      }
      yield chunk;
    }
    if (!checked) check.finish();
  } finally {
    await sequences.close();
  }
}
