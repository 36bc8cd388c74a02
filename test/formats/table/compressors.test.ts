import fc from 'fast-check';
import { snappyUncompress } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { lz4Block } from '../../../src/formats/parquet/read-lz4.js';
import { greedyMatches } from '../../../src/formats/table/greedy-matches.js';
import { lz4Compress } from '../../../src/formats/table/lz4-compress.js';
import { snappyCompress } from '../../../src/formats/table/snappy-compress.js';
import { duckdb, everyType, writeParquet } from './parquet-sample.js';

const noise = (length: number, seed = 1) => {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
};
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const joined = (...pieces: Uint8Array[]) => new Uint8Array(Buffer.concat(pieces));
const apart = (distance: number) =>
  joined(bytes('a match far away'), noise(distance), bytes('a match far away, end of it'));

const texts: [name: string, text: Uint8Array][] = [
  ['nothing', new Uint8Array(0)],
  ['one byte', bytes('a')],
  ['four equal bytes', bytes('aaaa')],
  ['12 equal bytes', bytes('a'.repeat(12))],
  ['13 equal bytes', bytes('a'.repeat(13))],
  ['300 equal bytes', bytes('a'.repeat(300))],
  ['a million equal bytes', new Uint8Array(1_000_000)],
  ['noise of 15 bytes', noise(15)],
  ['noise of 270 bytes', noise(270)],
  ['noise of a megabyte', noise(1 << 20)],
  ['repetition after noise', joined(noise(70_000), bytes('abc'.repeat(5000)), noise(20))],
  ['noise twice, within reach', joined(noise(60_000), noise(60_000))],
  ['noise twice, beyond reach', joined(noise(80_000), noise(80_000))],
  ['a match of the largest distance', apart(65_535 - 16)],
  ['a match just beyond it', apart(65_536 - 16)],
  ['words', bytes(Array.from({ length: 20_000 }, (_, i) => `GENE${(i * i) % 997} `).join(''))],
];

/** An overlap of every length, after a stretch of every length without a match. */
const lengths = Array.from({ length: 300 }, (_, i) =>
  joined(noise(i, i + 1), bytes('ab'.repeat(i)), noise(i % 20)),
);

const random = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc
    .array(fc.constantFrom('a', 'b', 'abcd', 'GENE1 ', 'xyxyxyxyxyxyxyxy'), { maxLength: 200 })
    .map((w) => bytes(w.join(''))),
);

function unsnappy(block: Uint8Array, length: number): Uint8Array {
  const text = new Uint8Array(length);
  snappyUncompress(block, text);
  return text;
}

describe.each([
  ['LZ4', lz4Compress, lz4Block, 1 / 255],
  ['Snappy', snappyCompress, unsnappy, 1 / 32],
] as const)('%s', (_, compress, uncompress, overhead) => {
  test.each(texts)('%s comes back', (_, text) => {
    const block = compress(text);
    expect(Buffer.compare(uncompress(block, text.length), text)).toBe(0);
    expect(block.length).toBeLessThanOrEqual(text.length * (1 + overhead) + 16);
    expect(Buffer.compare(compress(text), block)).toBe(0);
  });

  test('matches and stretches without one come back at every length', () => {
    for (const text of lengths) expect(uncompress(compress(text), text.length)).toEqual(text);
  });

  test('any bytes come back', () => {
    fc.assert(
      fc.property(random, (text) => {
        expect(uncompress(compress(text), text.length)).toEqual(text);
      }),
    );
  });

  test('what repeats becomes small', () => {
    const text = bytes('MALAT1 TMSB4X B2M EEF1A1 '.repeat(4000));
    expect(compress(text).length).toBeLessThan(text.length / 20);
  });
});

test('every match is one, far enough from the end', () => {
  for (const [name, text] of texts) {
    let before = 0;
    let wrong = 0;
    const end = greedyMatches(text, (same, from, at, distance, length) => {
      const inside = at <= text.length - 12 && at + length <= text.length - 5;
      const sound = same === text && from === before && at >= from && distance > 0 && distance < 65_536;
      if (!inside || !sound || length < 4) wrong++;
      for (let i = at; i < at + length; i++) if (text[i] !== text[i - distance]) wrong++;
      before = at + length;
    });
    expect([name, wrong, end]).toEqual([name, 0, before]);
  }
});

test.each(['lz4', 'snappy'] as const)('DuckDB reads all of it from pages of %s', async (compression) => {
  const printable = [...texts.map(([, text]) => text), ...lengths].map((text) =>
    Buffer.from(text).toString('latin1'),
  );
  const file = await writeParquet(
    everyType.slice(0, 1),
    printable.map((text) => [text]),
    40,
    { compression },
  );
  const { rows } = await duckdb(`from read_parquet('${file}')`);
  expect(rows.length).toBe(printable.length);
  expect(rows.every(([text], i) => text === printable[i])).toBe(true);
});
