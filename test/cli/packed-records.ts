/** Records of FASTA, plain and in each compressed form. */
import { gzipSync } from 'node:zlib';
import { compress } from 'zstd-napi';
import { bgzfOf } from '../formats/streams.js';

/** 3,000 records without pattern enough to be compressed away. */
const records = Array.from({ length: 3000 }, (_, i) => {
  const bases = Array.from(
    { length: 60 },
    (_, j) => 'ACGT'[(i * 31 + j * j * (i % 17) + ((i * j) >> 3)) & 3],
  );
  return `>gene${i}\n${bases.join('')}\n`;
});
export const text = Buffer.from(records.join(''));
const blocks = [0, 1, 2, 3].map((i) => text.subarray((i * text.length) >> 2, ((i + 1) * text.length) >> 2));
export const gz = gzipSync(text);
export const bgzf = bgzfOf(blocks);
export const zstd = compress(text, { checksumFlag: true });
