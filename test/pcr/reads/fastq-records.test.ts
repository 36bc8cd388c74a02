import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fastqRecords, RECORD_LINES } from '../../../src/pcr/reads/fastq-records.js';
import { readPairs } from '../../../src/pcr/reads/read-pairs.js';
import { temporaryFolder } from '../../run-gtk.js';

const folder = temporaryFolder();
const r1 = path.join(folder, 'R1.fastq.gz');
const r2 = path.join(folder, 'R2.fastq.gz');
const shown = { r1: 'rawdata/R1.fastq.gz', r2: 'rawdata/R2.fastq.gz' };

/** All lines of all records. */
async function linesOf(text: string | Uint8Array): Promise<string[]> {
  writeFileSync(r1, gzipSync(text));
  const found: string[] = [];
  for await (const { text, lines, records } of fastqRecords(r1, shown.r1)) {
    expect(lines.length).toBe(RECORD_LINES * records);
    for (let i = 0; i < lines.length; i += 2) found.push(text.toString('latin1', lines[i], lines[i + 1]));
  }
  return found;
}

async function pairsOf(first: string, second: string): Promise<number> {
  writeFileSync(r1, gzipSync(first));
  writeFileSync(r2, gzipSync(second));
  let pairs = 0;
  for await (const { before, count } of readPairs({ r1, r2 }, shown)) {
    expect(before).toBe(pairs);
    pairs += count;
  }
  return pairs;
}

const record = fc.string({ unit: fc.constantFrom(...'ACGTN'), maxLength: 40 }).chain((bases) =>
  fc.record({
    name: fc.string({ unit: fc.constantFrom(...'abc:1/ \t@+'), minLength: 1, maxLength: 12 }),
    bases: fc.constant(bases),
    qualities: fc.string({
      unit: fc.constantFrom(...'@+I#'),
      minLength: bases.length,
      maxLength: bases.length,
    }),
  }),
);

describe('records of FASTQ', () => {
  test('are its lines, four at a time', async () => {
    const ends = fc.constantFrom('\n', '\r\n');
    const texts = fc.tuple(fc.array(record, { maxLength: 30 }), ends, fc.boolean(), fc.nat({ max: 3 }));
    await fc.assert(
      fc.asyncProperty(texts, async ([records, end, isEnded, blanks]) => {
        const lines = records.flatMap(({ name, bases, qualities }) => [`@${name}`, bases, '+', qualities]);
        // A last line without qualities needs its end, or it would not be there.
        const last = isEnded || lines.at(-1) === '' ? end + end.repeat(blanks) : '';
        expect(await linesOf(lines.join(end) + (lines.length > 0 ? last : ''))).toEqual(lines);
      }),
      { numRuns: 60 },
    );
  });

  test('are whole where chunks of text end amid them', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => [
      `@read${i}`,
      'ACGTACGTAC'.repeat(1 + (i % 9)),
      '+',
      'IIIIIIIIII'.repeat(1 + (i % 9)),
    ]).flat();
    expect(await linesOf(`${lines.join('\n')}\n`)).toEqual(lines);
  });

  test.each([
    ['a text of another kind', '>a\nACGT\n>b\nACGT\n', 'record 1 has ">a", expected a header with \'@\''],
    [
      'a third line without +',
      '@a\nAC\n+\nII\n@b\nAC\n-\nII\n',
      'record 2 has "-", expected a third line with \'+\'',
    ],
    ['too few qualities', '@a\nACGT\n+\nIII\n', 'record 1 has 3 qualities, expected 4, one a base'],
    [
      'an end amid a record',
      '@a\nACGT\n+\nIIII\n@b\nAC\n',
      'record 2 has the end of the text, expected four lines',
    ],
    [
      'a blank line between records',
      '@a\nA\n+\nI\n\n@b\nA\n+\nI\n',
      'record 2 has a blank line, expected a header',
    ],
  ])('are refused in %s', async (_what, text, message) => {
    await expect(linesOf(text)).rejects.toMatchObject({
      code: 'GTK_NOT_FASTQ',
      message: expect.stringContaining(`rawdata/R1.fastq.gz is not FASTQ: ${message}`),
    });
  });

  test('are refused in a text without line ends, however long', async () => {
    await expect(linesOf(Buffer.alloc(8 << 20, 'A'))).rejects.toMatchObject({
      message: expect.stringContaining('record 1 has more than 4 MiB'),
    });
  });
});

describe('pairs of reads', () => {
  const one = (name: string, bases = 'ACGT') => `@${name}\n${bases}\n+\n${'I'.repeat(bases.length)}\n`;

  test('have the same name, up to what tells mates apart', async () => {
    const first = one('a 1:N:0') + one('b/1') + one('c') + one('d/1\tx');
    expect(await pairsOf(first, one('a 2:N:0') + one('b/2', '') + one('c') + one('d/2\tx'))).toBe(4);
    expect(await pairsOf('', '')).toBe(0);
  });

  test('are counted in files whose records differ in length', async () => {
    const first = Array.from({ length: 9000 }, (_, i) => one(`r${i}/1`, 'ACGT'.repeat(100))).join('');
    const second = Array.from({ length: 9000 }, (_, i) => one(`r${i}/2`, 'A')).join('');
    expect(await pairsOf(first, second)).toBe(9000);
  });

  test.each([
    ['other names', one('a') + one('b'), one('a') + one('c'), 2, 'b', 'c'],
    ['a mate more in R1', one('a') + one('b'), one('a'), 2, 'b', 'missing'],
    ['a mate more in R2', one('a'), one('a') + one('b'), 2, 'missing', 'b'],
    ['a name that goes on', one('ab'), one('a'), 1, 'ab', 'a'],
  ])('are refused with %s', async (_what, first, second, at, name, other) => {
    await expect(pairsOf(first, second)).rejects.toMatchObject({
      code: 'GTK_UNPAIRED',
      message: `${shown.r1} and ${shown.r2} are no pair: record ${at} is ${name} in one and ${other} in the other`,
    });
  });
});
