/** What a codon kernel does, whichever implements it. */

/** How a counter reads codons. */
export interface CounterOptions {
  /** Bases skipped at the start of every record: 0, 1 or 2. */
  frame: number;
  /** Also keep a row for every record (see {@link SequenceRows}). */
  rows: boolean;
  /** Also count each ambiguous codon by its letters. */
  keepAmbiguous: boolean;
}

/**
 * Counts the codons of FASTA text that arrives in pieces of any size.
 *
 * Between two calls of {@link take} a counter holds at most `limit` records' worth of results, so its
 * memory is bounded by the limit (280 bytes a row and the header text with `rows`, a constant without).
 */
export interface CodonCounter {
  /**
   * Reads the next bytes of the text.
   *
   * @param limit records after which to stop, counted since the last {@link take}; Infinity for none
   * @returns bytes read: all of them, or fewer when the next record would exceed the limit (the
   *   rest then begins with that record's `>`) or when a {@link problem} stands in the way
   */
  push(bytes: Uint8Array, limit: number): number;
  /**
   * The same for bytes `start` to `end` of an open file, which do not pass through JavaScript.
   *
   * @returns the offset up to which the file was read: `end`, or that of the `>` or the problem where it stopped
   * @throws a system error with `code` and `syscall` if the file cannot be read, and one with
   *   code `EOF` if it ends before `end`
   */
  pushFile(fd: number, start: number, end: number, limit: number): number;
  /**
   * The results since the last call, or since the beginning. The record being read is closed, so call
   * this only after {@link push} stopped at the limit, or at the end of the text. What is pushed next is a
   * text of its own; only {@link problem} stays, and the offsets go on.
   */
  take(): CodonBatch;
  /** What makes the text unreadable, once met; nothing is read after it. */
  readonly problem: TextProblem | undefined;
}

/** A place where the text is not FASTA. */
export interface TextProblem {
  /**
   * `no-header`: text before the first `>`, or half a byte order mark; `binary`: a byte outside 0x20–0x7E that is no white space,
   * in a sequence line; `cr-only`: a header line with a CR that no LF follows.
   */
  kind: 'no-header' | 'binary' | 'cr-only';
  /** Bytes of text before it, counted over everything pushed. */
  offset: number;
  /** The byte that stands there. */
  byte: number;
}

/** Totals of a run of records. All numbers are exact (below 2^53). */
export interface CodonBatch {
  /** Records begun. */
  sequences: number;
  /** Residues: characters in sequence lines but for white space. */
  bases: number;
  /** Codons counted in the table. */
  codons: number;
  /** Codons with a character outside A C G T U. */
  ambiguous: number;
  /** Records that ended in an incomplete codon of 1 or 2 bases. */
  partial: number;
  /** 64 counts, AAA, AAC, AAG, AAT, ACA … TTT. */
  counts: Float64Array;
  /** Ambiguous codons by their letters (upper case, U as T), sorted; empty unless asked for. */
  ambiguousCodons: [codon: string, count: number][];
  /** One row a record, in order; undefined unless asked for. */
  rows: SequenceRows | undefined;
}

/** Columns of the per-record results; n rows. */
export interface SequenceRows {
  /** Header lines without `>` and line end, as bytes one after another. */
  headers: Uint8Array;
  /** n + 1 offsets into {@link headers}. */
  headerOffsets: Uint32Array;
  /** Residues of the record. */
  lengths: Float64Array;
  codons: Float64Array;
  ambiguous: Float64Array;
  /** n × 64 counts, row by row; exact below 2^32. */
  counts: Uint32Array;
}

/** One implementation: the reference or the native one. */
export interface CodonKernel {
  readonly name: string;
  counter(options: CounterOptions): CodonCounter;
}
