import type { Metadata } from 'h5wasm';
import { gtkError } from '../../errors.js';
import { type ElementType, elementType, type Member } from './element-type.js';
import {
  copyBooleans,
  copyNumbers,
  copyStrings,
  type Elements,
  type NumberArray,
  viewNumbers,
} from './elements.js';
import type { Hdf5File } from './file.js';
import { withMemory } from './library.js';

/** No call takes more of the library's memory, which ends at 2 GiB. */
const maxBytes = 1 << 29;

/** A dataset of an open file. Every method throws GTK_HDF5_DAMAGED where the file cannot be read. */
export class Hdf5Dataset {
  /** Its path in the file. */
  readonly path: string;
  readonly type: ElementType;
  /** Empty for a single value; undefined for a dataset that has no values at all. */
  readonly shape: readonly number[] | undefined;
  /** Shape of a chunk; undefined if the values are not in chunks. */
  readonly chunks: readonly number[] | undefined;
  readonly #file: Hdf5File;

  constructor(file: Hdf5File, path: string, metadata: Metadata) {
    this.#file = file;
    this.path = path;
    this.type = elementType(metadata);
    this.shape = metadata.shape ?? undefined;
    this.chunks = metadata.chunks ?? undefined;
  }

  /** Values in all. */
  get length(): number {
    return this.shape?.reduce((product, size) => product * size, 1) ?? 0;
  }

  /**
   * Hands over the numbers of a block as a view that is valid only within `use`, which must not call the
   * library.
   *
   * @param start of the block, in every dimension
   * @param count of the block's values, in every dimension
   */
  withNumbers<T>(start: number[], count: number[], use: (values: NumberArray) => T): T {
    const { type } = this;
    if (type.kind !== 'number') throw this.#unexpected('numbers');
    return this.#read(start, count, (elements) => use(viewNumbers(type.name, elements)));
  }

  /** The numbers `start` to `end` of a dataset of one dimension. */
  readNumbers(start: number, end: number): NumberArray {
    return this.withNumbers([start], [end - start], (values) => values.slice());
  }

  /** The booleans `start` to `end` as 0 and 1. */
  readBooleans(start: number, end: number): Uint8Array {
    if (this.type.kind !== 'boolean') throw this.#unexpected('booleans');
    return this.#read([start], [end - start], copyBooleans);
  }

  /** The texts `start` to `end`; of a dataset of one value, that one. */
  readStrings(start: number, end: number): string[] {
    const { type } = this;
    if (type.kind !== 'string') throw this.#unexpected('text');
    const isScalar = this.shape?.length === 0;
    const elements = isScalar ? [] : [end - start];
    return this.#read(isScalar ? [] : [start], elements, (found) => copyStrings(type, found));
  }

  /** One field of the rows `start` to `end` of a compound dataset. */
  readMember(member: Member, start: number, end: number): string[] | NumberArray {
    return this.#read([start], [end - start], (rows) => {
      const elements = { ...rows, at: rows.at + member.offset };
      const { type } = member;
      if (type.kind === 'string') return copyStrings(type, elements);
      if (type.kind === 'boolean') return copyBooleans(elements);
      if (type.kind === 'number') return copyNumbers(type.name, elements);
      throw this.#unexpected('numbers or text');
    });
  }

  #read<T>(start: number[], count: number[], use: (elements: Elements) => T): T {
    const { path, type, shape } = this;
    const within =
      shape?.length === start.length &&
      start.every((at, i) => at >= 0 && count[i]! >= 0 && at + count[i]! <= shape[i]!);
    const values = count.reduce((product, size) => product * size, 1);
    const bytes = values * type.bytes;
    if (!within) {
      throw new Error(`${path}: a block of ${count} from ${start} cannot be read of a shape of ${shape}`);
    }
    if (bytes > maxBytes) {
      const [found, expected] = [`${bytes} bytes that must be read at once`, `at most ${maxBytes}`];
      throw gtkError('GTK_ANNDATA', { path: this.#file.path, place: path, found, expected });
    }
    return this.#file.call(path, (library, id) =>
      withMemory(library, bytes, (pointer) => {
        const counts = count.map(BigInt);
        if (values > 0) {
          const isScalar = start.length === 0;
          const [offsets, strides] = [start.map(BigInt), start.map(() => 1n)];
          if (isScalar) library.get_dataset_data(id, path, null, null, null, BigInt(pointer));
          else library.get_dataset_data(id, path, counts, offsets, strides, BigInt(pointer));
        }
        const result = use({ heap: library.HEAPU8, at: pointer, count: values, stride: type.bytes });
        if (values > 0 && holdsPointers(type)) {
          library.reclaim_vlen_memory_count(id, path, '', BigInt(pointer), counts);
        }
        return result;
      }),
    );
  }

  #unexpected(expected: string): Error {
    const details = { path: this.#file.path, place: this.path, found: this.type.name, expected };
    return gtkError('GTK_ANNDATA', details);
  }
}

/** Whether elements point to memory that must be given back to the library. */
function holdsPointers(type: ElementType): boolean {
  if (type.kind === 'compound') return type.members.some((member) => holdsPointers(member.type));
  return type.kind === 'string' && type.variable;
}
