import type { CscMatrix } from './csc-matrix.js';
import type { CsrMatrix } from './csr-matrix.js';
import type { DenseMatrix } from './dense-matrix.js';

/** A matrix of cells (rows) by genes (columns), as the file stores it. */
export type Matrix = CsrMatrix | CscMatrix | DenseMatrix;

/** What every matrix tells, whatever its form. */
export interface MatrixFacts {
  /** Its path in the file. */
  readonly place: string;
  readonly rows: number;
  readonly columns: number;
  /** Type of the stored values, such as `float32`. */
  readonly valueType: string;
  /** Values stored: all of them if the matrix is dense. */
  readonly stored: number;
}

/** Rows of a matrix with the values that are stored of them. */
export interface SparseRows {
  /** Where the values of each row begin, and behind the last row the end: one more than rows, from 0. */
  rowStarts: Uint32Array;
  /** Column of each value, in `[0, columns)`. */
  columns: Int32Array;
  /** As stored if that is float32, else as doubles: integers beyond 2^53 are rounded. */
  values: Float32Array | Float64Array;
}
