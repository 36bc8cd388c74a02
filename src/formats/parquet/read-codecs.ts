import { brotliDecompressSync, gunzipSync, type ZlibOptions } from 'node:zlib';
import { type Compressors, snappyUncompress } from 'hyparquet';
import zstd from 'zstd-napi/binding.js';
import { lz4Block } from './read-lz4.js';

/** The codecs of Parquet that can be read, by their names in its metadata. LZO and the old LZ4 cannot. */
export const readableCodecs = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD', 'BROTLI', 'LZ4_RAW'];

/**
 * Decompressors of Parquet pages.
 *
 * @param limit bytes that a page may have at most: a damaged length must not allocate more
 */
export function pageDecompressors(limit: number): Compressors {
  const context = new zstd.DCtx();
  const within = (length: number) => {
    if (length < 0 || length > limit) throw new Error(`a page of ${length} bytes, expected ${limit} at most`);
    // zlib takes one more byte of room to see the end of the data at once.
    return {
      chunkSize: Math.max(64, length + 1),
      maxOutputLength: Math.max(1, length),
    } satisfies ZlibOptions;
  };
  return {
    GZIP: (bytes, length) => gunzipSync(bytes, within(length)),
    BROTLI: (bytes, length) => brotliDecompressSync(bytes, within(length)),
    LZ4_RAW: (bytes, length) => {
      within(length);
      return lz4Block(bytes, length);
    },
    SNAPPY: (bytes, length) => {
      within(length);
      const page = new Uint8Array(length);
      snappyUncompress(bytes, page);
      return page;
    },
    ZSTD: (bytes, length) => {
      within(length);
      const page = Buffer.allocUnsafeSlow(length);
      return page.subarray(0, context.decompress(page, bytes));
    },
  };
}
