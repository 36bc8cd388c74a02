import type { MatrixFacts, SparseRows } from './matrix.js';
import type { SparseGroup } from './sparse-group.js';

/**
 * A matrix compressed by row. Columns need not ascend within a row.
 *
 * Every method throws GTK_HDF5_DAMAGED, and GTK_ANNDATA for numbers that do not fit the shape.
 */
export class CsrMatrix implements MatrixFacts {
  readonly encoding = 'csr';
  readonly place: string;
  readonly rows: number;
  readonly columns: number;
  readonly valueType: string;
  readonly stored: number;
  /** Paths of the vectors in the file. */
  readonly dataPath: string;
  readonly indicesPath: string;
  readonly #group: SparseGroup;

  constructor(group: SparseGroup) {
    this.#group = group;
    this.place = group.place;
    this.rows = group.major.count;
    this.columns = group.minor;
    this.valueType = group.data.type.name;
    this.stored = group.stored;
    this.dataPath = group.data.path;
    this.indicesPath = group.indices.path;
  }

  /** Where the values of the rows `start` to `end` begin among all, and where the last ends: one more than rows. */
  rowStarts(start: number, end: number): Float64Array {
    return this.#group.starts(start, end);
  }

  /** The rows `start` to `end`, at most 2^31 - 1 values: 8 to 12 bytes each. */
  readRows(start: number, end: number): SparseRows {
    const starts = this.rowStarts(start, end);
    const [from, to] = [starts[0]!, starts[end - start]!];
    return {
      rowStarts: Uint32Array.from(starts, (at) => at - from),
      columns: this.readColumns(from, to),
      values: this.readValues(from, to),
    };
  }

  /** The stored values `from` to `to`, counted over all rows. */
  readValues(from: number, to: number): Float32Array | Float64Array {
    return this.#group.values(from, to);
  }

  /** The columns of the stored values `from` to `to`, each in `[0, columns)`. */
  readColumns(from: number, to: number): Int32Array {
    return this.#group.indexNumbers(from, to);
  }
}
