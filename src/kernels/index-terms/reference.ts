import { sunNumber, wrightNumber } from './effective-codons.js';
import type { FamilyTable, IndexTermsKernel, TermTables } from './types.js';
import { weightedSum } from './weighted-sum.js';

/** The terms in TypeScript: what the native kernel must agree with. */
export const referenceIndexTerms: IndexTermsKernel = {
  name: 'reference',
  terms(counts, tables) {
    requireTables(counts, tables);
    const width = tables.weights.length / 64 + 2;
    const terms = new Float64Array((counts.length / 64) * width);
    const record = new Float64Array(64);
    for (let i = 0, at = 0; i < counts.length; i += 64, at += width) {
      for (let codon = 0; codon < 64; codon++) record[codon] = counts[i + codon]!;
      putTerms(terms, at, record, tables);
    }
    return terms;
  },
};

/** Writes the terms of one record at `at`; its counts may be any integers. */
export function putTerms(terms: Float64Array, at: number, record: Float64Array, tables: TermTables): void {
  const { weights, wright, sun } = tables;
  for (let first = 0; first < weights.length; first += 64) terms[at++] = weightedSum(record, weights, first);
  terms[at++] = wrightNumber(record, wright);
  terms[at] = sunNumber(record, sun);
}

function requireTables(counts: Uint32Array, { weights, wright, sun }: TermTables): void {
  if (counts.length % 64 !== 0 || weights.length % 64 !== 0) {
    throw new RangeError('the counts or the weights are no multiple of 64');
  }
  for (const table of [wright, sun]) requireFamilies(table);
}

function requireFamilies({ families }: FamilyTable): void {
  for (let at = 0; at < families.length; at += 1 + families[at]!) {
    const size = families[at]!;
    const codons = families.subarray(at + 1, at + 1 + size);
    if (size < 2 || size > 64 || codons.length < size || codons.some((codon) => codon > 63)) {
      throw new RangeError('a family is smaller or larger than it says, or has a codon above 63');
    }
  }
}
