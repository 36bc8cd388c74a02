/** The index columns of a record, in the order in which they are written. */

/** Names, as in `sequences.parquet` and `summary.json`. */
export const indexColumns = [
  'l_aa',
  'l_sym',
  'gc',
  'gc3',
  'gc3s',
  'gc4d',
  't3s',
  'c3s',
  'a3s',
  'g3s',
  'enc',
  'enc_sun',
  'cai',
  'cbi',
  'fop',
  'gravy',
  'aromo',
] as const;

export type IndexName = (typeof indexColumns)[number];

/** Columns of whole numbers; the others are real numbers, null where an index is undefined. */
export const lengthColumns = ['l_aa', 'l_sym'] as const satisfies readonly IndexName[];

/** Place of each column in a row of values. */
export const slots = Object.fromEntries(indexColumns.map((name, slot) => [name, slot])) as Readonly<
  Record<IndexName, number>
>;

/**
 * One group of indices, set up for a genetic code. It reads 64 counts by codon number (exact integers) and
 * writes its values into their {@link slots} of a row; NaN stands for null.
 */
export type IndexGroup = (counts: Float64Array, row: Float64Array) => void;

/**
 * Sum of counts × weights, in a fixed order. Exact for integer weights, so a quotient of two such sums is the
 * correctly rounded value of the index.
 */
export function weightedSum(counts: Float64Array, weights: Float64Array): number {
  // Four sums, by third base, since one would wait for each addition in turn.
  let a = 0;
  let c = 0;
  let g = 0;
  let t = 0;
  for (let codon = 0; codon < 64; codon += 4) {
    a += counts[codon]! * weights[codon]!;
    c += counts[codon + 1]! * weights[codon + 1]!;
    g += counts[codon + 2]! * weights[codon + 2]!;
    t += counts[codon + 3]! * weights[codon + 3]!;
  }
  return a + c + (g + t);
}

/** A table of 64 weights by codon number. */
export function weights(of: (codon: number) => number): Float64Array {
  return Float64Array.from({ length: 64 }, (_, codon) => of(codon));
}
