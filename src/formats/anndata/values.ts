import type { Hdf5Dataset } from '../hdf5/dataset.js';
import type { ElementType, Member } from '../hdf5/element-type.js';
import type { NumberArray } from '../hdf5/elements.js';
import { eachSlice, sliceLength } from '../hdf5/vector.js';

/** Rows of text a call of the library: each becomes a string of its own. */
const textRows = 1 << 17;
/** Bytes of compound rows a call of the library. */
const compoundBytes = 1 << 23;

/** A sequence of values in a file: a dataset of one dimension, or a field of a compound one. */
export interface Values {
  /** Where they are, for messages. */
  readonly place: string;
  readonly type: ElementType;
  readonly length: number;
  /**
   * Goes through `start` to `end` in slices, of which `at` is the first position. Booleans come as 0 and 1;
   * numbers may be a view that is valid only within `use`, which must not call the library.
   */
  each(start: number, end: number, use: (slice: string[] | NumberArray, at: number) => void): void;
}

/** The values of a dataset of one dimension or of one value; undefined for other shapes. */
export function datasetValues(dataset: Hdf5Dataset): Values | undefined {
  const { shape, type, path: place, length } = dataset;
  const isScalarText = shape?.length === 0 && type.kind === 'string';
  if (shape?.length !== 1 && !isScalarText) return undefined;
  return {
    place,
    type,
    length,
    each(start, end, use) {
      if (type.kind === 'number') {
        eachSlice(dataset, start, end, use);
        return;
      }
      const step = sliceLength(dataset.chunks?.[0], textRows);
      const read = (from: number, to: number) =>
        type.kind === 'boolean' ? dataset.readBooleans(from, to) : dataset.readStrings(from, to);
      forRanges(start, end, Math.min(step, 8 * textRows), (from, to) => use(read(from, to), from));
    },
  };
}

/** A field of a compound dataset of one dimension. */
export function memberValues(dataset: Hdf5Dataset, member: Member): Values {
  return {
    place: `${dataset.path}, field ${member.name}`,
    type: member.type,
    length: dataset.length,
    each(start, end, use) {
      const step = sliceLength(dataset.chunks?.[0], Math.ceil(compoundBytes / dataset.type.bytes));
      forRanges(start, end, step, (from, to) => use(dataset.readMember(member, from, to), from));
    },
  };
}

/** Cuts a range at multiples of a step. */
function forRanges(start: number, end: number, step: number, use: (from: number, to: number) => void): void {
  for (let from = start; from < end; ) {
    const to = Math.min(end, (Math.floor(from / step) + 1) * step);
    use(from, to);
    from = to;
  }
}
