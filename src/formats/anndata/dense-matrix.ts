import { copyToFloat64 } from '../hdf5/convert.js';
import type { Hdf5Dataset } from '../hdf5/dataset.js';
import type { MatrixFacts, SparseRows } from './matrix.js';

/** Values a call of the library. */
const blockValues = 1 << 21;

/** A matrix of which every value is stored. */
export class DenseMatrix implements MatrixFacts {
  readonly encoding = 'dense';
  readonly place: string;
  readonly rows: number;
  readonly columns: number;
  readonly valueType: string;
  readonly stored: number;
  /** Rows of a chunk of the file, best read together; 0 if the file has no chunks. */
  readonly chunkRows: number;
  readonly #dataset: Hdf5Dataset;

  /** @param dataset of numbers, in two dimensions */
  constructor(dataset: Hdf5Dataset) {
    const [rows, columns] = dataset.shape as [number, number];
    this.#dataset = dataset;
    this.place = dataset.path;
    this.rows = rows;
    this.columns = columns;
    this.valueType = dataset.type.name;
    this.stored = rows * columns;
    this.chunkRows = dataset.chunks?.[0] ?? 0;
  }

  /**
   * The values other than 0 of the rows `start` to `end`, NaN included, columns ascending.
   *
   * @throws GTK_HDF5_DAMAGED
   */
  readRows(start: number, end: number): SparseRows {
    const rowStarts = new Uint32Array(end - start + 1);
    const step = this.#rowsOfBlock();
    const blocks: { columns: Int32Array; values: Float32Array | Float64Array }[] = [];
    let count = 0;
    for (let from = start; from < end; ) {
      const to = Math.min(end, (Math.floor(from / step) + 1) * step);
      const block = this.#readBlock(from, to, rowStarts.subarray(from - start, to - start + 1));
      blocks.push(block);
      count += block.columns.length;
      from = to;
    }
    const columns = new Int32Array(count);
    const values = this.valueType === 'float32' ? new Float32Array(count) : new Float64Array(count);
    let at = 0;
    for (const block of blocks) {
      columns.set(block.columns, at);
      values.set(block.values, at);
      at += block.columns.length;
    }
    return { rowStarts, columns, values };
  }

  /** A multiple of the rows of a chunk, unless those alone would be too many values. */
  #rowsOfBlock(): number {
    const fitting = Math.max(1, Math.floor(blockValues / Math.max(1, this.columns)));
    const { chunkRows } = this;
    if (chunkRows === 0) return fitting;
    if (chunkRows <= fitting) return fitting - (fitting % chunkRows);
    return Math.min(chunkRows, 8 * fitting);
  }

  /** @param rowStarts of the block's rows, the first set already; the others are set here */
  #readBlock(from: number, to: number, rowStarts: Uint32Array) {
    const { columns: width } = this;
    return this.#dataset.withNumbers([from, 0], [to - from, width], (stored) => {
      const numbers = stored instanceof Float32Array ? stored : new Float64Array(stored.length);
      if (numbers instanceof Float64Array) copyToFloat64(stored, numbers, 0);
      let count = 0;
      for (let i = 0; i < numbers.length; i += 1) if (numbers[i] !== 0) count += 1;
      const columns = new Int32Array(count);
      const values = numbers instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
      let at = 0;
      for (let row = 0; row < to - from; row += 1) {
        const offset = row * width;
        for (let column = 0; column < width; column += 1) {
          const value = numbers[offset + column]!;
          if (value === 0) continue;
          columns[at] = column;
          values[at] = value;
          at += 1;
        }
        rowStarts[row + 1] = rowStarts[0]! + at;
      }
      return { columns, values };
    });
  }
}
