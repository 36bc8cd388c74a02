/** Going over FASTQ records that have nothing odd about them. */
export interface PlainReadsKernel {
  readonly name: string;
  /**
   * Goes over records from `from` on, and stops before the first one that is not whole, or that only a closer look can
   * judge: it may stop anywhere, so a kernel that takes no record at all is right, too. What it does take are four
   * lines that end in LF: a name, IUPAC codes, a line with `+`, and one quality a base.
   *
   * @param end of the text in `text`
   * @param otherMate 1 or 2: reads whose names say that they are these are not taken
   * @param most records at once
   * @param state reads, bases, and digest of the names (32 bits, unsigned), carried on; as `ReadsScanner` has them
   * @returns the place behind the last record that was taken
   */
  skip(
    text: Uint8Array,
    from: number,
    end: number,
    otherMate: number,
    most: number,
    state: Float64Array,
  ): number;
}
