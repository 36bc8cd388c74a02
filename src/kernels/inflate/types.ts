/** Undoing the filters deflate and shuffle of HDF5 ("HDF5 File Format Specification", section IV.A.2.l). */
export interface InflateKernel {
  readonly name: string;
  /**
   * Inflates the zlib stream (RFC 1950) at the start of `compressed` into the whole of `output`. Bytes after the
   * stream are ignored, as by HDF5. `output` holds anything after an error.
   *
   * @throws an Error that says in zlib's words, where it has some, what is wrong with the stream, or that it
   *   holds more or fewer bytes than `output`
   */
  inflate(compressed: Uint8Array, output: Uint8Array): void;
  /**
   * Puts items together whose first bytes stand first in `from`, then all second bytes, and so on; what is left
   * over of an item is copied. `from` and `to` do not overlap.
   *
   * @throws RangeError when they differ in length or `itemBytes` is 0
   */
  unshuffle(from: Uint8Array, itemBytes: number, to: Uint8Array): void;
}
