/** Columns that are stored in two parts: codes with categories, values with a mask. */
import { gtkError } from '../../errors.js';
import { copyToFloat64 } from '../hdf5/convert.js';
import type { NumberArray } from '../hdf5/elements.js';
import { type ColumnReader, columnTexts } from './frame.js';
import type { Values } from './values.js';

/**
 * A categorical column.
 *
 * @param codes integers of any width, -1 where a value is missing
 * @param categories read at the first use; those that are not text become text
 * @param path of the file, for errors
 * @throws GTK_HDF5_DAMAGED; GTK_ANNDATA for a code beyond the categories
 */
export function categoricalColumn(codes: Values, categories: ColumnReader, path: string): ColumnReader {
  let names: string[] | undefined;
  return {
    type: 'categorical',
    rows: codes.length,
    read(start, end) {
      names ??= columnTexts(categories.read(0, categories.rows));
      const { length } = names;
      const read = new Int32Array(end - start);
      codes.each(start, end, (slice, at) => {
        const wrong = copyCodes(slice as NumberArray, read, at - start, length);
        if (wrong < 0) return;
        const place = `${codes.place}, row ${at + wrong + 1}`;
        const found = `category ${String(slice[wrong])}`;
        throw gtkError('GTK_ANNDATA', { path, place, found, expected: `-1 to ${length - 1}` });
      });
      return { type: 'categorical', categories: names, codes: read };
    },
  };
}

/** @returns where the first code is that has no category, or -1 */
function copyCodes(slice: NumberArray, target: Int32Array, at: number, categories: number): number {
  let numbers: Exclude<NumberArray, BigInt64Array | BigUint64Array>;
  if (slice instanceof BigInt64Array || slice instanceof BigUint64Array) {
    numbers = new Float64Array(slice.length);
    copyToFloat64(slice, numbers, 0);
  } else {
    numbers = slice;
  }
  for (let i = 0; i < numbers.length; i += 1) {
    const code = numbers[i]!;
    if (!(code >= -1 && code < categories)) return i;
    target[at + i] = code;
  }
  return -1;
}

/**
 * A column of values and a mask that is true where a value is missing; undefined if that is not what they are.
 *
 * @see https://anndata.readthedocs.io/en/latest/fileformat-prose.html (Nullable integers and booleans)
 */
export function nullableColumn(values: ColumnReader, mask: ColumnReader): ColumnReader | undefined {
  if (values.type === 'categorical' || mask.type !== 'boolean') return undefined;
  return {
    type: values.type,
    rows: values.rows,
    read(start, end) {
      const column = values.read(start, end);
      const masked = mask.read(start, end);
      if (masked.type !== 'boolean' || !masked.values.includes(1)) return column;
      const missing = masked.values;
      if (column.type === 'text') {
        return { type: 'text', values: column.values.map((text, i) => (missing[i] ? null : text)) };
      }
      if (column.type === 'float') {
        return {
          type: 'float',
          values: column.values.map((number, i) => (missing[i] ? Number.NaN : number)),
        };
      }
      return column.type === 'categorical' ? column : { ...column, validity: validityOf(missing) };
    },
  };
}

function validityOf(missing: Uint8Array): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(missing.length / 8));
  for (let i = 0; i < missing.length; i += 1) {
    if (!missing[i]) bitmap[i >> 3]! |= 1 << (i & 7);
  }
  return bitmap;
}
