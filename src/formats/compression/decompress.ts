import type { BgzfKernel } from '../../kernels/bgzf/index.js';
import { referenceGunzip } from '../../kernels/gunzip/reference.js';
import { readBgzf } from './bgzf.js';
import { gunzip } from './gzip.js';
import type { TextFormat } from './magic.js';

/** How a stream is decompressed. */
export interface DecompressOptions {
  /** Runs of BGZF blocks inflated at once. Default 2. */
  threads?: number;
  /** Inflates BGZF blocks. Default that of the process. */
  bgzf?: BgzfKernel;
  /** Bytes of text a chunk at most. Default 1 MiB. */
  chunkBytes?: number;
  /** Told of the compressed bytes read since the last call. */
  onBytes?: (bytes: number) => void;
}

/**
 * The text of a stream in any form but Parquet, which cannot be read front to back.
 *
 * @param path for messages
 * @throws GTK_TRUNCATED, GTK_CORRUPT
 */
export function decompress(
  stored: AsyncIterable<Uint8Array>,
  format: Exclude<TextFormat, 'parquet'>,
  path: string,
  options: DecompressOptions = {},
): AsyncIterable<Uint8Array> {
  const source = options.onBytes ? counted(stored, options.onBytes) : stored;
  switch (format) {
    case 'plain':
      return source;
    case 'gzip':
      return gunzip(source, path, referenceGunzip(options.chunkBytes));
    case 'bgzf':
      return bgzfText(source, path, options);
    case 'zstd':
      return zstdText(source, path, options);
  }
}

async function* zstdText(source: AsyncIterable<Uint8Array>, path: string, options: DecompressOptions) {
  const { unzstd } = await import('./zstd.js');
  yield* unzstd(source, path, options.chunkBytes);
}

async function* bgzfText(source: AsyncIterable<Uint8Array>, path: string, options: DecompressOptions) {
  for await (const { text } of readBgzf(source, path, { threads: options.threads, kernel: options.bgzf })) {
    if (text.length > 0) yield text;
  }
}

async function* counted(source: AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void) {
  for await (const chunk of source) {
    onBytes(chunk.length);
    yield chunk;
  }
}
