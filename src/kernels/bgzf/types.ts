/** Inflating BGZF blocks. */
export interface BgzfKernel {
  readonly name: string;
  /**
   * The text of whole BGZF blocks that stand one after another. CRC and length of each are checked. Runs
   * beside the calling thread; several calls may be under way at once.
   *
   * @throws an error whose `offset` is the place in `compressed` of the block that is damaged
   */
  inflateBlocks(compressed: Uint8Array): Promise<Uint8Array>;
}

/** What {@link BgzfKernel.inflateBlocks} throws. */
export interface BgzfError extends Error {
  offset: number;
}
