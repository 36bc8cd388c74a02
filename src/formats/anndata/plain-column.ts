import { gtkError } from '../../errors.js';
import { copyToFloat64, copyToInt64 } from '../hdf5/convert.js';
import type { NumberArray } from '../hdf5/elements.js';
import type { ColumnReader, FrameColumn } from './frame.js';
import type { Values } from './values.js';

/** Whether values are whole numbers. */
export function areIntegers({ type }: Values): boolean {
  return type.kind === 'number' && !type.name.startsWith('float');
}

/**
 * A column whose values are stored as they are; undefined for values of another kind than text, numbers
 * and booleans.
 *
 * @param path of the file, for errors
 * @throws GTK_HDF5_DAMAGED; GTK_ANNDATA for an integer beyond 2^63
 */
export function plainColumn(values: Values, path: string): ColumnReader | undefined {
  const { type, length: rows } = values;
  if (type.kind === 'string') {
    return { type: 'text', rows, read: (start, end) => texts(values, start, end) };
  }
  if (type.kind === 'boolean') {
    return { type: 'boolean', rows, read: (start, end) => booleans(values, start, end) };
  }
  if (type.kind !== 'number') return undefined;
  if (areIntegers(values)) {
    return { type: 'integer', rows, read: (start, end) => integers(values, path, start, end) };
  }
  return { type: 'float', rows, read: (start, end) => floats(values, start, end) };
}

function texts(values: Values, start: number, end: number): FrameColumn {
  const read = new Array<string>(end - start);
  values.each(start, end, (slice, at) => {
    const some = slice as string[];
    for (let i = 0; i < some.length; i += 1) read[at - start + i] = some[i]!;
  });
  return { type: 'text', values: read };
}

function booleans(values: Values, start: number, end: number): FrameColumn {
  const read = new Uint8Array(end - start);
  values.each(start, end, (slice, at) => read.set(slice as Uint8Array, at - start));
  return { type: 'boolean', values: read, validity: undefined };
}

function floats(values: Values, start: number, end: number): FrameColumn {
  const read = new Float64Array(end - start);
  values.each(start, end, (slice, at) => copyToFloat64(slice as NumberArray, read, at - start));
  return { type: 'float', values: read };
}

function integers(values: Values, path: string, start: number, end: number): FrameColumn {
  const read = new BigInt64Array(end - start);
  values.each(start, end, (slice, at) => {
    if (copyToInt64(slice as NumberArray, read, at - start)) return;
    const [found, expected] = ['an integer beyond 2^63', 'at most 9223372036854775807'];
    throw gtkError('GTK_ANNDATA', { path, place: values.place, found, expected });
  });
  return { type: 'integer', values: read, validity: undefined };
}
