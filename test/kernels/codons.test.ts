import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodonBatch, CodonKernel, CounterOptions } from '../../src/kernels/codons/types.js';
import { batches } from './batches.js';
import { bytesOf, fastaText } from './fasta-texts.js';
import { codonKernels } from './implementations.js';
import { parsePlainly, tallyPlainly } from './plain-definition.js';

const ALL: CounterOptions = { frame: 0, rows: true, keepAmbiguous: true };
const options = fc.record({
  frame: fc.constantFrom(0, 1, 2),
  rows: fc.boolean(),
  keepAmbiguous: fc.boolean(),
});

function expected(text: string, with_: CounterOptions, limit = Number.POSITIVE_INFINITY) {
  const { records, problem } = parsePlainly(text);
  const groups = [];
  for (
    let i = 0;
    i < records.length || i === 0;
    i += limit === Number.POSITIVE_INFINITY ? records.length + 1 : limit
  ) {
    groups.push(tallyPlainly(records.slice(i, i + limit), with_));
  }
  return { groups, problem };
}

function one(kernel: CodonKernel, text: string, with_ = ALL): CodonBatch {
  const counter = kernel.counter(with_);
  counter.push(bytesOf(text), Number.POSITIVE_INFINITY);
  expect(counter.problem).toBeUndefined();
  return counter.take();
}

it('runs the reference and, where there is a compiler, at least one native kernel', () => {
  expect(codonKernels[0]!.name).toBe('reference');
  if (process.env.CI || process.env.GTK_KERNELS === 'native') expect(codonKernels.length).toBeGreaterThan(1);
});

describe.each(codonKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s codon kernel',
  (_, kernel) => {
    const runs = { numRuns: kernel.name === 'reference' ? 200 : 600 };

    it('agrees with the plain definition on random texts, cut anywhere, with any limit', () => {
      let compared = 0;
      fc.assert(
        fc.property(
          fastaText,
          options,
          fc.constantFrom(1, 2, 5, 100, Number.POSITIVE_INFINITY),
          fc.array(fc.nat({ max: 4000 }), { maxLength: 6 }),
          (text, with_, limit, cuts) => {
            const counter = kernel.counter(with_);
            const { groups, problem } = expected(text, with_, limit);
            expect(batches(counter, bytesOf(text), limit, cuts)).toEqual(groups);
            expect(counter.problem).toEqual(problem);
            compared += groups.length;
          },
        ),
        runs,
      );
      expect(compared).toBeGreaterThan(runs.numRuns);
    });

    it('gives the same result wherever a text is cut in two', () => {
      const text =
        '\xef\xbb\xbf\r\n;note\r\n>one  x\r\nACGTNacgu\r\nAC-GT\r\n\r\n>two\n>three >x\nTTTCCCAAAGGGTTTACGACGATT\n;c\nCCGT\n>4\nGG';
      const bytes = bytesOf(text);
      const { groups } = expected(text, ALL, 2);
      for (let cut = 0; cut <= bytes.length; cut++) {
        expect(batches(kernel.counter(ALL), bytes, 2, [cut])).toEqual(groups);
      }
      const everywhere = Array.from(bytes, (_, i) => i);
      expect(batches(kernel.counter(ALL), bytes, 2, everywhere)).toEqual(groups);
    });

    it('reports the place of a problem wherever the text is cut', () => {
      const broken = [
        'ACGT\n>a\nACG\n',
        ' \n\t>a\n',
        '\xef\xbb>a\nACG',
        '\xef>a',
        '>a\nACG\x00ACG\n>b\nAAA\n',
        `>a\n${'ACGTACGT'.repeat(20)}\x7f${'ACGT'.repeat(40)}`,
        '>a\nAC\xe9',
        '>a\rACGT\rACGT\r',
        '>a\r\r\nACGT\n',
        '>a\r\n>b\rACG\n',
      ];
      for (const text of broken) {
        const { groups, problem } = expected(text, ALL);
        expect(problem).toBeDefined();
        const bytes = bytesOf(text);
        for (let cut = 0; cut <= bytes.length; cut++) {
          const counter = kernel.counter(ALL);
          const first = counter.push(bytes.subarray(0, cut), 100);
          const second = counter.push(bytes.subarray(first), 100);
          expect(counter.problem).toEqual(problem);
          expect(first + second).toBe(Math.max(first, problem!.offset));
          expect(counter.push(bytes, 100)).toBe(0);
          expect([counter.take()]).toEqual(groups);
        }
      }
    });

    it('agrees with the plain definition at every length around its vectors and buffers', () => {
      const letters = 'ACGTTGCAUacgtNGGCATTACG';
      const lengths = [
        ...Array(420).keys(),
        1533,
        1535,
        1536,
        1537,
        1539,
        23039,
        23040,
        23041,
        24575,
        24576,
        24577,
        50000,
      ];
      const sequence = letters.repeat(2200);
      for (const frame of [0, 1, 2]) {
        for (const length of lengths) {
          const text = `>a\n${sequence.slice(frame, frame + length)}\n>b\n${sequence.slice(0, length % 7)}`;
          const with_ = { frame, rows: length % 2 === 0, keepAmbiguous: length % 3 === 0 };
          expect([one(kernel, text, with_)]).toEqual(expected(text, with_).groups);
        }
      }
    });

    it('sees every byte at every place of a vector', () => {
      for (let byte = 0; byte < 256; byte++) {
        for (const place of [0, 31, 63, 64, 191]) {
          const text = `>a\n${'ACG'.repeat(100).slice(0, place)}${String.fromCharCode(byte)}${'TCA'.repeat(100)}`;
          const counter = kernel.counter(ALL);
          counter.push(bytesOf(text), 10);
          const { groups, problem } = expected(text, ALL);
          expect(counter.problem).toEqual(problem);
          expect([counter.take()]).toEqual(groups);
        }
      }
    });

    it('counts the coding sequences of yeast as published', () => {
      const bytes = gunzipSync(readFileSync(new URL('../data/codon/yeast_cds.fa.gz', import.meta.url)));
      const counter = kernel.counter({ frame: 0, rows: true, keepAmbiguous: true });
      expect(counter.push(bytes, Number.POSITIVE_INFINITY)).toBe(bytes.length);
      const batch = counter.take();
      expect(batch).toMatchObject({
        sequences: 6600,
        bases: 8_762_001,
        codons: 2_920_667,
        ambiguous: 0,
        partial: 0,
      });
      // The standard code's RSCU of CTG, from its six synonyms (index 16a + 4b + c).
      const leucine = [28, 29, 30, 31, 60, 62].map((index) => batch.counts[index]!);
      expect((6 * batch.counts[30]!) / leucine.reduce((sum, count) => sum + count, 0)).toBeCloseTo(
        0.676908,
        6,
      );
      const totals = kernel.counter({ frame: 0, rows: false, keepAmbiguous: false });
      totals.push(bytes, Number.POSITIVE_INFINITY);
      expect(totals.take()).toEqual({ ...batch, rows: undefined });
      const rows = batch.rows!;
      expect(rows.lengths.reduce((sum, length) => sum + length, 0)).toBe(batch.bases);
      const columns = new Float64Array(64);
      rows.counts.forEach((count, i) => {
        columns[i % 64]! += count;
      });
      expect(columns).toEqual(batch.counts);
    });

    it('is as new after its results are taken', () => {
      const counter = kernel.counter({ frame: 1, rows: true, keepAmbiguous: true });
      const first = bytesOf('>a\nACGTACGNNNN');
      const second = bytesOf('\xef\xbb\xbf>b\nTTACGTA\n');
      counter.push(first, 5);
      counter.take();
      expect(counter.push(second, 5)).toBe(second.length);
      expect(counter.problem).toBeUndefined();
      expect(counter.take()).toEqual(
        tallyPlainly([{ header: 'b', sequence: 'TTACGTA' }], { ...ALL, frame: 1 }),
      );
      expect(counter.push(bytesOf('\nTTACGTA\n'), 5)).toBe(1);
      expect(counter.problem).toEqual({
        kind: 'no-header',
        offset: first.length + second.length + 1,
        byte: 84,
      });
    });
  },
);
