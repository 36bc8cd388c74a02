import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { geneticCode, geneticCodeIds } from '../../src/codon/genetic-code.js';
import { encFamilies } from '../../src/codon/indices/enc.js';
import { encSunFamilies } from '../../src/codon/indices/enc-sun.js';
import type { TermTables } from '../../src/kernels/index-terms/types.js';
import { indexTermsKernels } from './implementations.js';

const count = fc.oneof(fc.constant(0), fc.nat(3), fc.nat(2000), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const records = fc
  .array(fc.array(count, { minLength: 64, maxLength: 64 }), { maxLength: 6 })
  .map((rows) => Uint32Array.from(rows.flat()));
const weights = fc
  .array(fc.array(fc.double({ noNaN: true, min: -50, max: 50 }), { minLength: 64, maxLength: 64 }), {
    maxLength: 4,
  })
  .map((tables) => Float64Array.from(tables.flat()));

function tablesOf(id: number, table: Float64Array): TermTables {
  const code = geneticCode(id);
  return { weights: table, wright: encFamilies(code), sun: encSunFamilies(code) };
}

describe.each(indexTermsKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s kernel of index terms',
  (_, kernel) => {
    it('gives the exact sums of whole weights', () => {
      const counts = Uint32Array.from({ length: 128 }, (_, i) => (i * 7919) % 101);
      const whole = Float64Array.from({ length: 128 }, (_, i) => ((i * 31) % 17) - 8);
      const terms = kernel.terms(counts, tablesOf(1, whole));
      const sum = (record: number, table: number) =>
        [...counts.subarray(64 * record, 64 * record + 64)].reduce(
          (total, n, codon) => total + n * whole[64 * table + codon]!,
          0,
        );
      expect(terms.length).toBe(8);
      expect([terms[0], terms[1], terms[4], terms[5]]).toEqual([sum(0, 0), sum(0, 1), sum(1, 0), sum(1, 1)]);
    });

    it('gives 20 codons where each amino acid uses one, and 61 where all are even', () => {
      const { families } = encFamilies(geneticCode(1));
      const one = new Uint32Array(64);
      for (let at = 0; at < families.length; at += 1 + families[at]!) one[families[at + 1]!] = 50;
      const even = new Uint32Array(64).fill(1000);
      const terms = kernel.terms(Uint32Array.from([...one, ...even]), tablesOf(1, new Float64Array(0)));
      expect(terms[0]).toBe(20);
      expect(terms[2]).toBe(61);
    });

    it('refuses counts, weights and families that do not fit', () => {
      const tables = tablesOf(1, new Float64Array(64));
      expect(() => kernel.terms(new Uint32Array(63), tables)).toThrow(RangeError);
      expect(() => kernel.terms(new Uint32Array(64), { ...tables, weights: new Float64Array(1) })).toThrow(
        RangeError,
      );
      for (const families of [[2, 1], [1, 5], [2, 1, 64], [65], [0]]) {
        const wright = { single: 0, families: Uint8Array.from(families) };
        expect(() => kernel.terms(new Uint32Array(64), { ...tables, wright }), `${families}`).toThrow(
          RangeError,
        );
      }
    });
  },
);

it('the kernels of index terms agree to the last bit, for every genetic code', () => {
  const [reference, ...others] = indexTermsKernels;
  let compared = 0;
  fc.assert(
    fc.property(records, weights, fc.constantFrom(...geneticCodeIds), (counts, table, id) => {
      const expected = reference!.terms(counts, tablesOf(id, table));
      for (const kernel of others) {
        const found = kernel.terms(counts, tablesOf(id, table));
        expect(found.every((term, i) => Object.is(term, expected[i]))).toBe(true);
      }
      compared += expected.length;
    }),
    { numRuns: 400 },
  );
  expect(compared).toBeGreaterThan(1000);
});
