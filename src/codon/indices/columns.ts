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
 * One group of indices, set up for a genetic code. It asks for weighted sums of the 64 counts, by codon
 * number, of a record; sums of integer weights are exact, so a quotient of two of them is the correctly
 * rounded value of an index.
 */
export interface IndexGroup {
  /** Tables of 64 weights. */
  weights: Float64Array[];
  /**
   * Writes the values of a record into their {@link slots} of a row; NaN stands for null.
   *
   * @param sums has the sums at `first` and after, in the order of `weights`
   */
  fill(sums: Float64Array, first: number, row: Float64Array): void;
}

/** A table of 64 weights by codon number. */
export function weights(of: (codon: number) => number): Float64Array {
  return Float64Array.from({ length: 64 }, (_, codon) => of(codon));
}
