import type { Hdf5Dataset } from '../hdf5/dataset.js';
import type { ElementType, Member } from '../hdf5/element-type.js';
import type { NumberArray } from '../hdf5/elements.js';
import { eachSlice, sliceLength } from '../hdf5/vector.js';

/** Rows are numbered with 32 bits. */
export const maxRows = 2 ** 31 - 1;
/** Rows of text a call of the library: each becomes a string of its own. */
const textRows = 1 << 17;
/** Bytes a call of the library, of rows that may be wide. */
const rowBytes = 1 << 23;

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

/** The values of a dataset of one dimension or of one text; undefined for other shapes. */
export function datasetValues(dataset: Hdf5Dataset): Values | undefined {
  const { shape, type, path: place, length } = dataset;
  const isScalarText = shape?.length === 0 && type.kind === 'string';
  if ((shape?.length !== 1 && !isScalarText) || length > maxRows) return undefined;
  return {
    place,
    type,
    length,
    each(start, end, use) {
      if (type.kind === 'number') {
        eachSlice(dataset, start, end, use);
        return;
      }
      const read = (from: number, to: number) =>
        type.kind === 'boolean' ? dataset.readBooleans(from, to) : dataset.readStrings(from, to);
      forRanges(dataset, start, end, (from, to) => use(read(from, to), from));
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
      forRanges(dataset, start, end, (from, to) => use(dataset.readMember(member, from, to), from));
    },
  };
}

/** Cuts a range of rows into what calls of the library should read. */
function forRanges(
  { chunks, type }: Hdf5Dataset,
  start: number,
  end: number,
  use: (from: number, to: number) => void,
): void {
  const rows = Math.min(textRows, Math.max(1, Math.floor(rowBytes / type.bytes)));
  const step = sliceLength(chunks?.[0], rows);
  for (let from = start; from < end; ) {
    const to = Math.min(end, (Math.floor(from / step) + 1) * step);
    use(from, to);
    from = to;
  }
}
