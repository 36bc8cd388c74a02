import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compress } from 'zstd-napi';
import { decompress } from '../../../src/formats/compression/decompress.js';
import { bgzfOf, collect, cutAt, inChunks } from '../streams.js';

const record = fc
  .tuple(
    fc.stringMatching(/^[ -~]{0,20}$/),
    fc.array(fc.stringMatching(/^[ACGTNacgtn-]{0,70}$/), { maxLength: 5 }),
  )
  .map(([name, lines]) => `>${name}\n${lines.map((line) => `${line}\n`).join('')}`);
const fasta = fc
  .array(record, { minLength: 1, maxLength: 12 })
  .map((records) => Buffer.from(records.join('')));
const places = fc.array(fc.nat(4000), { maxLength: 4 });
const lengths = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 4 });
const skippable = Buffer.from([0x51, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

const writers = {
  plain: (parts: Buffer[]) => Buffer.concat(parts),
  gzip: (parts: Buffer[]) => Buffer.concat(parts.map((part) => gzipSync(part))),
  bgzf: (parts: Buffer[]) => bgzfOf(parts),
  zstd: (parts: Buffer[]) => Buffer.concat(parts.flatMap((part) => [skippable, compress(part)])),
};

it.each(['plain', 'gzip', 'bgzf', 'zstd'] as const)(
  '%s gives back any text, however it was split and in whatever chunks it comes',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(fasta, places, lengths, async (text, splits, chunkLengths) => {
        const stored = writers[format](cutAt(text, splits));
        const read = await collect(
          decompress(inChunks(stored, chunkLengths), format, 'x.fa', { chunkBytes: 1024 }),
        );
        expect(read.equals(text)).toBe(true);
      }),
      { numRuns: 60 },
    );
  },
);

it('gives text that is far larger than a chunk, from every form', async () => {
  const text = Buffer.from(`>a\n${'ACGTTGCAAC'.repeat(300_000)}\n`);
  const blocks = Array.from({ length: Math.ceil(text.length / 60_000) }, (_, i) => i * 60_000);
  for (const format of ['gzip', 'zstd', 'bgzf'] as const) {
    const stored = writers[format](cutAt(text, format === 'bgzf' ? blocks : []));
    const read = await collect(decompress(inChunks(stored, [5000]), format, 'x.fa'));
    expect(read.equals(text), format).toBe(true);
  }
});
