/** Finding where records begin in plain FASTA text. */
export interface RecordKernel {
  readonly name: string;
  /**
   * Offsets of every `>` at the start of a line within bytes `start` to `end` of an open file, ascending.
   * Runs beside the calling thread; several calls may be under way at once. Memory: a fixed read buffer
   * and 8 bytes for each record found.
   *
   * @throws a system error with `code` if the file cannot be read
   */
  recordStarts(fd: number, start: number, end: number): Promise<Float64Array>;
}
