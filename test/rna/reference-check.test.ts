import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compress } from 'zstd-napi';
import { checkReference } from '../../src/rna/reference/check-reference.js';
import { temporaryFolder, testData } from '../run-gtk.js';
import { failureOf } from './quant-setup.js';

const folder = temporaryFolder();
const { signal } = new AbortController();

const check = (content: string | Buffer, name = 'r.fa') => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return checkReference(file, signal);
};

describe('a reference', () => {
  test('is counted and hashed as it is on the disk', async () => {
    // Numbers of the data's README.
    const records = { Mus_musculus: 11, Saccharomyces_cerevisiae: 1770, Schizosaccharomyces_pombe: 1671 };
    for (const [species, expected] of Object.entries(records)) {
      const file = testData(`rna/fasta/${species}.fa.gz`);
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
      expect(await checkReference(file, signal)).toEqual({ records: expected, sha256 });
    }
  });

  test.each([
    ['a record without bases in the midst', '>a\nACGT\n>b x\n>c\nACGT\n', /record b has no bases/],
    ['one with an empty line', '>a\nACGT\n>b\n\n \r\n>c\nACGT\n', /record b has no bases/],
    ['one at the end', '>a\nACGT\n>b', /record b has no bases/],
    ['a name that repeats', '>a\nACGT\n>b\nA\n>a y\nC\n', /record 3 is named a .*--make-unique/],
    ['no name', '>a\nACGT\n> b\nACGT\n', /record 2 has no name/],
    ['zstd', compress(Buffer.from('>a\nACGT\n')), /is zstd, expected FASTA, plain or gzipped/],
  ])('is refused for %s', async (_, content, problem) => {
    const found = await failureOf(check(content));
    expect(found.reason).toBe('bad-reference');
    expect(found.message).toMatch(problem);
  });

  test('is refused by the code of what is wrong with the file', async () => {
    const whole = gzipSync(`>a\n${'ACGTTGCA'.repeat(1000)}\n`);
    const cases: [string | Buffer, string][] = [
      ['', 'GTK_EMPTY_INPUT'],
      ['@r\nACGT\n+\nIIII\n', 'GTK_FASTQ'],
      ['>a\nMKLVWQRSTEF\n', 'GTK_PROTEIN'],
      ['hello\n', 'GTK_NOT_FASTA'],
      [whole.subarray(0, whole.length - 20), 'GTK_TRUNCATED'],
    ];
    for (const [content, code] of cases) await expect(check(content)).rejects.toMatchObject({ code });
    await expect(checkReference('/nowhere/x.fa', signal)).rejects.toMatchObject({ code: 'GTK_UNREADABLE' });
  });

  test('is read the same whatever the chunks and line ends', async () => {
    const record = fc.record({
      comment: fc.constantFrom('', ' x > y', '\tz', ' >'),
      lines: fc.array(fc.string({ unit: fc.constantFrom('A', 'C', 'G', 'T'), minLength: 1 }), {
        minLength: 1,
        maxLength: 4,
      }),
      end: fc.constantFrom('\n', '\r\n', '\n\n'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (given, isGz) => {
          const text = given
            .map(({ comment, lines, end }, i) => `>r${i}${comment}${end}${lines.join(end)}${end}`)
            .join('');
          const { records } = isGz ? await check(gzipSync(text), 'r.fa.gz') : await check(text);
          expect(records).toBe(given.length);
        },
      ),
      { numRuns: 60 },
    );
    // Headers and bases across the borders of chunks of 1 MiB.
    const long = Array.from(
      { length: 3000 },
      (_, i) => `>${'n'.repeat(i % 700)}${i}\n${'ACGT'.repeat(200)}\n`,
    );
    expect((await check(long.join(''))).records).toBe(3000);
  });

  test('ends with the signal', async () => {
    const stop = new AbortController();
    stop.abort('SIGINT');
    const file = path.join(folder, 'r.fa');
    writeFileSync(file, '>a\nACGT\n');
    await expect(checkReference(file, stop.signal)).rejects.toBe('SIGINT');
  });
});
