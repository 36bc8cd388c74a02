import { closeSync, fstatSync, openSync } from 'node:fs';
import { copyToFloat64, copyToIndices } from '../hdf5/convert.js';
import { type FastVector, openFastVector } from '../hdf5/fast-vector.js';
import type { CsrMatrix } from './csr-matrix.js';
import type { SparseRows } from './matrix.js';

/**
 * Rows of a matrix that is compressed by row, read without the HDF5 library, two to four times as fast. Only
 * the usual forms of a file are read; for everything else, and to say what is wrong, there is the library.
 */
export class FastRows {
  readonly #fd: number;
  readonly #matrix: CsrMatrix;
  readonly #data: FastVector;
  readonly #indices: FastVector;
  /** What the rows that were read last are in: fresh memory for each block would take a tenth of the time. */
  #dataMemory = new ArrayBuffer(0);
  #indicesMemory = new ArrayBuffer(0);

  private constructor(fd: number, matrix: CsrMatrix, data: FastVector, indices: FastVector) {
    this.#fd = fd;
    this.#matrix = matrix;
    this.#data = data;
    this.#indices = indices;
  }

  /** Opens the matrix of a file; undefined where the library has to read it. */
  static open(path: string, matrix: CsrMatrix): FastRows | undefined {
    let fd: number | undefined;
    try {
      fd = openSync(path, 'r');
      const { size } = fstatSync(fd);
      const data = openFastVector(fd, size, matrix.dataPath);
      const indices = data && openFastVector(fd, size, matrix.indicesPath);
      const fits = data?.length === matrix.stored && indices?.length === matrix.stored;
      if (fits) return new FastRows(fd, matrix, data, indices);
    } catch {
      // Whatever it is, the library will meet it again.
    }
    if (fd !== undefined) closeSync(fd);
    return undefined;
  }

  /**
   * The rows `start` to `end`, valid until the next call; undefined where the library has to read them. Column numbers of 32 bits are as
   * they stand in the file: whoever uses them must check that they lie within the matrix.
   */
  readRows(start: number, end: number): SparseRows | undefined {
    const starts = this.#matrix.rowStarts(start, end);
    const [from, to] = [starts[0]!, starts[end - start]!];
    try {
      const values = this.#values(from, to);
      const columns = this.#columns(from, to);
      if (!values || !columns) return undefined;
      return { rowStarts: Uint32Array.from(starts, (at) => at - from), columns, values };
    } catch {
      return undefined;
    }
  }

  #values(from: number, to: number): Float32Array | Float64Array | undefined {
    const values = this.#data.read(from, to, this.#dataMemory);
    if (values) this.#dataMemory = largest(this.#dataMemory, values.buffer as ArrayBuffer);
    if (!values || values instanceof Float32Array || values instanceof Float64Array) return values;
    const doubles = new Float64Array(values.length);
    copyToFloat64(values, doubles, 0);
    return doubles;
  }

  #columns(from: number, to: number): Int32Array | undefined {
    const columns = this.#indices.read(from, to, this.#indicesMemory);
    if (columns) this.#indicesMemory = largest(this.#indicesMemory, columns.buffer as ArrayBuffer);
    if (!columns || columns instanceof Int32Array) return columns;
    const numbers = new Int32Array(columns.length);
    return copyToIndices(columns, numbers, 0, this.#matrix.columns) < 0 ? numbers : undefined;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

const largest = (a: ArrayBuffer, b: ArrayBuffer) => (b.byteLength > a.byteLength ? b : a);
