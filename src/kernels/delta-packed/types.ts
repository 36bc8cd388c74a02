/**
 * DELTA_BINARY_PACKED of parquet (parquet.apache.org/docs/file-format/data-pages/encodings, "Delta Encoding")
 * for 32-bit integers: blocks of 128 differences, less the least of them, in four miniblocks of 32 that are
 * packed to the width of their largest.
 */
export interface DeltaPackedKernel {
  readonly name: string;
  /** All values, encoded in memory of their own. */
  encode(values: Uint32Array): Uint8Array;
}
