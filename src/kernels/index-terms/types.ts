/** What the indices of codon use are made of, for many records at once. */
export interface IndexTermsKernel {
  readonly name: string;
  /**
   * For every record, in this order: the sum of counts × weights for each table of weights, the effective
   * number of codons after Wright, and after Sun, Yang and Xia. All kernels calculate in the same order, so
   * they agree to the last bit; sums of integer weights are exact.
   *
   * @param counts n × 64 counts, record by record
   * @param tables what to calculate
   * @returns n × (k + 2) terms, record by record
   * @throws RangeError if a length is no multiple of 64, or a family has a codon above 63
   */
  terms(counts: Uint32Array, tables: TermTables): Float64Array;
}

/** Tables of a genetic code. Families have two codons or more, each as its size and its codons' numbers. */
export interface TermTables {
  /** k × 64 weights, table by table. */
  weights: Float64Array;
  wright: FamilyTable;
  sun: FamilyTable;
}

export interface FamilyTable {
  /** Families of one codon. */
  single: number;
  families: Uint8Array;
}
