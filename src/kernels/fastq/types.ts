/** Counting FASTQ records, and telling whether they are any. */
export interface FastqKernel {
  readonly name: string;
  /**
   * Counts the records in the next stretch of a text, whose four lines a record are a header with `@`, the
   * sequence, a line with `+`, and as many qualities as bases. Lines end in LF or CR LF; blank lines may follow the
   * last record. After a fault nothing more is counted.
   *
   * @param state numbers as {@link newState} makes them, and as the last call left them
   */
  count(text: Uint8Array, state: Float64Array): void;
}

/** What a whole text holds. */
export interface FastqCounts {
  records: number;
  bases: number;
  /** Bases of the shortest record; 0 if there is none. */
  minLength: number;
  /** Bases of the longest record. */
  maxLength: number;
  fault: FastqFault | undefined;
}

/** The first place at which a text is no FASTQ. */
export interface FastqFault {
  /** The record, from 1. */
  record: number;
  /** `end`: the text ends amid it. */
  kind: 'header' | 'separator' | 'quality' | 'end';
  /** What was found, and what was expected, in words. */
  found: string;
  expected: string;
}
