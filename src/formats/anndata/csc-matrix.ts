import { sliceLength } from '../hdf5/vector.js';
import type { MatrixFacts, SparseRows } from './matrix.js';
import type { SparseGroup } from './sparse-group.js';

/**
 * A matrix compressed by column. Rows can only be read by going through all columns, so the fewer ranges the
 * better; the first one goes through the row numbers twice.
 *
 * Every method throws GTK_HDF5_DAMAGED, and GTK_ANNDATA for numbers that do not fit the shape.
 */
export class CscMatrix implements MatrixFacts {
  readonly encoding = 'csc';
  readonly place: string;
  readonly rows: number;
  readonly columns: number;
  readonly valueType: string;
  readonly stored: number;
  readonly #group: SparseGroup;
  #starts: Float64Array | undefined;

  constructor(group: SparseGroup) {
    this.#group = group;
    this.place = group.place;
    this.rows = group.minor;
    this.columns = group.major.count;
    this.valueType = group.data.type.name;
    this.stored = group.stored;
  }

  /**
   * Where the values of the rows `start` to `end` would begin if the matrix were stored by row: one more
   * than rows. The first call reads all row numbers.
   */
  rowStarts(start: number, end: number): Float64Array {
    this.#starts ??= this.#countRows();
    return this.#starts.slice(start, end + 1);
  }

  #countRows(): Float64Array {
    const starts = new Float64Array(this.rows + 1);
    this.#eachSlice((from, to) => {
      for (const row of this.#group.indexNumbers(from, to)) starts[row + 1]! += 1;
    });
    for (let row = 0; row < this.rows; row += 1) starts[row + 1]! += starts[row]!;
    return starts;
  }

  /** The rows `start` to `end`, columns ascending: 8 to 12 bytes a value. */
  readRows(start: number, end: number): SparseRows {
    const starts = this.rowStarts(start, end);
    const from = starts[0]!;
    const rowStarts = Uint32Array.from(starts, (at) => at - from);
    const count = rowStarts[end - start]!;
    const values = this.valueType === 'float32' ? new Float32Array(count) : new Float64Array(count);
    const columns = new Int32Array(count);
    this.#scatter(start, end, rowStarts.slice(), columns, values);
    return { rowStarts, columns, values };
  }

  /** @param next where the next value of each row goes; ends as where the next row begins */
  #scatter(
    start: number,
    end: number,
    next: Uint32Array,
    columns: Int32Array,
    values: Float32Array | Float64Array,
  ): void {
    const columnStarts = this.#group.starts(0, this.columns);
    let column = 0;
    this.#eachSlice((from, to) => {
      const rows = this.#group.indexNumbers(from, to);
      if (!rows.some((row) => row >= start && row < end)) return;
      const slice = this.#group.values(from, to);
      for (let i = 0; i < rows.length; i += 1) {
        while (columnStarts[column + 1]! <= from + i) column += 1;
        const row = rows[i]!;
        if (row < start || row >= end) continue;
        const at = next[row - start]!;
        next[row - start] = at + 1;
        columns[at] = column;
        values[at] = slice[i]!;
      }
    });
  }

  #eachSlice(use: (from: number, to: number) => void): void {
    const step = sliceLength(this.#group.indices.chunks?.[0]);
    for (let from = 0; from < this.stored; from += step) use(from, Math.min(this.stored, from + step));
  }
}
