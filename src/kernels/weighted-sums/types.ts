/** Sums of codon counts, each count times a weight, for many records at once. */
export interface WeightedSumsKernel {
  readonly name: string;
  /**
   * The sum of counts × weights for every record and every table of weights. All kernels add in the same
   * order, so they agree to the last bit; with integer weights the sums are exact.
   *
   * @param counts n × 64 counts, record by record
   * @param weights k × 64 weights, table by table
   * @returns n × k sums, record by record
   * @throws RangeError if a length is no multiple of 64
   */
  sums(counts: Uint32Array, weights: Float64Array): Float64Array;
}
