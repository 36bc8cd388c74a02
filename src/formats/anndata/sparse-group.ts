import { gtkError } from '../../errors.js';
import { copyToFloat64, copyToIndices } from '../hdf5/convert.js';
import type { Hdf5Dataset } from '../hdf5/dataset.js';
import type { Hdf5File } from '../hdf5/file.js';
import { eachSlice } from '../hdf5/vector.js';

/** The most values that a typed array should hold. */
const maxValues = 2 ** 31 - 1;

/**
 * The three vectors of a compressed sparse matrix: `data` and `indices` hold the values of the first row (of
 * the first column, if compressed by column), then those of the second, and so on; `indptr` holds where each begins.
 *
 * @see https://anndata.readthedocs.io/en/latest/fileformat-prose.html (Sparse arrays)
 */
export class SparseGroup {
  readonly data: Hdf5Dataset;
  readonly indices: Hdf5Dataset;
  readonly #pointers: Hdf5Dataset;
  readonly #file: Hdf5File;
  /** Path of the group. */
  readonly place: string;
  /** What is compressed: rows or columns, how many. */
  readonly major: { name: 'row' | 'column'; count: number };
  /** What `indices` number, exclusive. */
  readonly minor: number;

  /** @throws GTK_HDF5_DAMAGED, GTK_HDF5_FILTER; GTK_ANNDATA if the vectors do not fit one another */
  constructor(file: Hdf5File, place: string, major: SparseGroup['major'], minor: number) {
    this.#file = file;
    this.place = place;
    this.major = major;
    this.minor = minor;
    this.data = this.#vector('data', false);
    this.indices = this.#vector('indices', true);
    this.#pointers = this.#vector('indptr', true);
    const [stored, indexed, pointers] = [this.data.length, this.indices.length, this.#pointers.length];
    if (indexed !== stored) throw this.#wrong('indices', `${indexed} values`, `${stored} as in data`);
    if (pointers !== major.count + 1) {
      throw this.#wrong('indptr', `${pointers} values`, `${major.count + 1}, one more than ${major.name}s`);
    }
    const first = this.starts(0, 0)[0]!;
    if (first !== 0) throw this.#wrong('indptr', `the first value ${first}`, '0');
    const end = this.starts(major.count, major.count)[0]!;
    if (end !== stored) throw this.#wrong('indptr', `the last value ${end}`, `${stored}, the values in data`);
  }

  get stored(): number {
    return this.data.length;
  }

  /** Where the values of the rows (columns) `start` to `end` begin, and where the last ends. */
  starts(start: number, end: number): Float64Array {
    const starts = new Float64Array(end - start + 1);
    eachSlice(this.#pointers, start, end + 1, (values, at) => copyToFloat64(values, starts, at - start));
    const { stored, minor } = this;
    for (let i = 0; i < starts.length; i += 1) {
      const value = starts[i]!;
      const before = i === 0 ? 0 : starts[i - 1]!;
      if (!(value >= before && value <= stored)) {
        throw this.#wrong(`indptr, value ${start + i + 1}`, String(value), `${before} to ${stored}`);
      }
      if (i > 0 && value - before > minor) {
        const place = `indptr, ${this.major.name} ${start + i}`;
        throw this.#wrong(place, `${value - before} values`, `at most ${minor}`);
      }
    }
    return starts;
  }

  /** The stored values `from` to `to`, float32 as they are, other numbers as doubles. */
  values(from: number, to: number): Float32Array | Float64Array {
    const count = this.#countOf(from, to);
    if (this.data.type.name === 'float32') {
      const values = new Float32Array(count);
      eachSlice(this.data, from, to, (slice, at) => values.set(slice as Float32Array, at - from));
      return values;
    }
    const values = new Float64Array(count);
    eachSlice(this.data, from, to, (slice, at) => copyToFloat64(slice, values, at - from));
    return values;
  }

  /** The row (column) numbers of the stored values `from` to `to`, each checked. */
  indexNumbers(from: number, to: number): Int32Array {
    const numbers = new Int32Array(this.#countOf(from, to));
    let wrong: { at: number; found: string } | undefined;
    eachSlice(this.indices, from, to, (slice, at) => {
      if (wrong) return;
      const i = copyToIndices(slice, numbers, at - from, this.minor);
      if (i >= 0) wrong = { at: at + i, found: String(slice[i]) };
    });
    if (!wrong) return numbers;
    const { name } = this.major;
    const found = `${name === 'row' ? 'column' : 'row'} number ${wrong.found}`;
    throw this.#wrong(`indices, ${name} ${this.#majorOf(wrong.at) + 1}`, found, `0 to ${this.minor - 1}`);
  }

  /** The row (column) in which a stored value lies. */
  #majorOf(position: number): number {
    let [low, high] = [0, this.major.count - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.starts(middle, middle)[0]! <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #countOf(from: number, to: number): number {
    if (!(from >= 0 && from <= to && to <= this.stored)) {
      throw new Error(`values ${from} to ${to} lie outside the ${this.stored} of ${this.place}`);
    }
    if (to - from > maxValues) {
      throw this.#wrong('data', `${to - from} values to be read at once`, `at most ${maxValues}`);
    }
    return to - from;
  }

  #vector(name: string, isIndex: boolean): Hdf5Dataset {
    const path = `${this.place}/${name}`;
    if (this.#file.kind(path) !== 'dataset') throw this.#wrong(name, 'nothing', 'a vector');
    const dataset = this.#file.dataset(path);
    const { type, shape } = dataset;
    if (type.kind !== 'number' || (isIndex && type.name.startsWith('float'))) {
      throw this.#wrong(name, `${type.name} values`, isIndex ? 'integers' : 'integers, float32 or float64');
    }
    if (shape?.length !== 1) throw this.#wrong(name, `the shape (${shape?.join(', ') ?? ''})`, 'a vector');
    return dataset;
  }

  #wrong(name: string, found: string, expected: string): Error {
    const place = `${this.place}/${name}`;
    return gtkError('GTK_ANNDATA', { path: this.#file.path, place, found, expected });
  }
}
