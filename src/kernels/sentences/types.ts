/** Text of rows one after another, in UTF-8, in memory of its own, so that it can be transferred. */
export interface Text {
  /** Its ArrayBuffer may be an eighth longer. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where each row starts, and where the last one ends: rows + 1. */
  offsets: Uint32Array<ArrayBuffer>;
}

/** What each column of the matrix is called in a sentence. */
export interface GeneTokens {
  /** UTF-8 of all tokens, one after another. */
  bytes: Uint8Array;
  /** Where each token starts, and where the last one ends: columns + 1. A column with an empty token is left out. */
  offsets: Uint32Array;
  /** Where several columns have one token: a number below the number of columns for each, equal where the tokens are. */
  groups: Uint32Array | undefined;
}

/** Rows of a sparse matrix (CSR), and what to make of them. */
export interface SentenceRequest {
  /** Where each row starts in `columns` and `values`, and where the last one ends. */
  rowStarts: Uint32Array;
  /** Column numbers, in any order within a row. */
  columns: Int32Array;
  values: Float32Array | Float64Array;
  /** The rows to make sentences of, in this order. */
  rows: Uint32Array;
  tokens: GeneTokens;
  /** Tokens in a sentence at most; 0 is no limit. */
  top: number;
  /** Gene lists: for each column, whether it is a member (not 0). */
  lists: readonly Uint8Array[];
  /** Counts for each column the sentences that contain it: added to in place. Of no meaning after an error. */
  appearances?: Uint32Array | undefined;
}

/** Sentences of the requested rows. Every array is in memory of its own. */
export interface Sentences {
  sentences: Text;
  /** For each gene list its members among the ranked tokens, without limit. */
  lists: Text[];
  /** For each row its values above 0, whether or not their columns have tokens. */
  expressed: Uint32Array<ArrayBuffer>;
  /** For each row the tokens in its sentence. */
  lengths: Uint32Array<ArrayBuffer>;
  /** Values below 0 in the requested rows. */
  negative: number;
  /** Values in the requested rows that are not a number. */
  nan: number;
}

/**
 * Cell sentences: the genes of a cell by falling expression.
 *
 * Of a row, the columns with a token and a value above 0 are ranked by falling value, ties by rising column
 * number (infinity is first; NaN, -0 and values below 0 are not ranked). A token that occurs again, in
 * another column of its group or because the row has a column twice, is dropped where it ranks lower. The
 * first `top` tokens, joined by a space, are the sentence; a row in which nothing is expressed gives an
 * empty one.
 */
export interface SentenceKernel {
  readonly name: string;
  /**
   * @throws RangeError if a column has no place in the table of tokens, an offset leads out of its array or
   *   falls, a row does not exist, arrays differ in length, or one text would have 2^32 bytes or more;
   *   TypeError if an argument is no array of its kind
   */
  rank(request: SentenceRequest): Sentences;
}
