import type { WeightedSumsKernel } from './types.js';

/** The sums in TypeScript: what the native kernel must agree with. */
export const referenceWeightedSums: WeightedSumsKernel = {
  name: 'reference',
  sums(counts, weights) {
    if (counts.length % 64 !== 0 || weights.length % 64 !== 0) {
      throw new RangeError('the counts or the weights are no multiple of 64');
    }
    const tables = weights.length / 64;
    const sums = new Float64Array((counts.length / 64) * tables);
    const record = new Float64Array(64);
    for (let i = 0, at = 0; i < counts.length; i += 64) {
      for (let codon = 0; codon < 64; codon++) record[codon] = counts[i + codon]!;
      for (let table = 0; table < tables; table++) sums[at++] = weightedSum(record, weights, 64 * table);
    }
    return sums;
  },
};

/** The sum for one record and the table that begins at `first`. */
export function weightedSum(record: Float64Array, weights: Float64Array, first: number): number {
  // Four sums, by third base, since one would wait for each addition in turn.
  let a = 0;
  let c = 0;
  let g = 0;
  let t = 0;
  for (let codon = 0; codon < 64; codon += 4) {
    a += record[codon]! * weights[first + codon]!;
    c += record[codon + 1]! * weights[first + codon + 1]!;
    g += record[codon + 2]! * weights[first + codon + 2]!;
    t += record[codon + 3]! * weights[first + codon + 3]!;
  }
  return a + c + (g + t);
}
