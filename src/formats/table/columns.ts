import { gtkError } from '../../errors.js';
import { transposeKernel } from '../../kernels/transpose/index.js';
import type { ColumnData, ColumnSpec, ListColumnSpec, PartSchema, TableChunk, Utf8Data } from './table.js';
import { utf8FromStrings, validUtf8 } from './utf8.js';

/** A column of a chunk whose values are known to fit the schema, in one form a type. */
export type CheckedColumn =
  | { type: 'utf8'; spec: ColumnSpec; data: Utf8Data }
  | { type: 'uint32'; spec: ColumnSpec; data: Uint32Array }
  | { type: 'uint64'; spec: ColumnSpec; data: BigUint64Array }
  | { type: 'float64'; spec: ColumnSpec; data: Float64Array }
  | { type: 'uint32list'; spec: ListColumnSpec; data: Uint32Array };

/**
 * Holds a chunk against its schema.
 *
 * @throws GTK_INTERNAL if a column is missing, of another type or length, has a null that the schema
 *   excludes, or a number that is no uint64
 */
export function checkedColumns(schema: PartSchema, chunk: TableChunk): CheckedColumn[] {
  if (chunk.columns.length !== schema.length) {
    throw fault('the chunk', `${chunk.columns.length} columns`, `${schema.length}`);
  }
  return schema.map((spec, i) => checkedColumn(spec, chunk.columns[i]!, chunk.rows));
}

/** Holds one column against its part of the schema; throws as {@link checkedColumns} does. */
export function checkedColumn(
  spec: ColumnSpec | ListColumnSpec,
  data: ColumnData,
  rows: number,
): CheckedColumn {
  const column = `column ${spec.name}`;
  if (spec.nullable && spec.type !== 'utf8' && spec.type !== 'float64') {
    throw fault(column, `nullable ${spec.type}`, 'only utf8 and float64 to be nullable');
  }
  switch (spec.type) {
    case 'utf8': {
      const text = utf8(data);
      if (!text) break;
      ofLength(column, text.offsets.length, rows + 1);
      if (text.offsets[rows]! > text.bytes.length) {
        throw fault(column, `an offset of ${text.offsets[rows]}`, `at most ${text.bytes.length}`);
      }
      checkValidity(spec, text.validity, rows);
      return { type: spec.type, spec, data: validUtf8(text) };
    }
    case 'uint32':
      if (!(data instanceof Uint32Array)) break;
      ofLength(column, data.length, rows);
      return { type: spec.type, spec, data };
    case 'uint32list':
      if (!(data instanceof Uint32Array)) break;
      ofLength(column, data.length, rows * spec.width);
      return { type: spec.type, spec, data };
    case 'uint64': {
      const integers = data instanceof Float64Array ? integersFromDoubles(data, column) : data;
      if (!(integers instanceof BigUint64Array)) break;
      ofLength(column, integers.length, rows);
      return { type: spec.type, spec, data: integers };
    }
    case 'float64':
      if (!(data instanceof Float64Array)) break;
      ofLength(column, data.length, rows);
      return { type: spec.type, spec, data };
  }
  throw fault(
    column,
    Array.isArray(data) ? 'an array' : data.constructor.name,
    `values of type ${spec.type}`,
  );
}

/** @throws GTK_INTERNAL if a column has more or fewer values than expected */
export function ofLength(column: string, length: number, expected: number): void {
  if (length !== expected) throw fault(column, `${length} values`, `${expected}`);
}

/** @throws GTK_INTERNAL if there are nulls that the schema excludes, or less than a bit a row */
export function checkValidity(
  { name, nullable }: { name: string; nullable: boolean },
  validity: Uint8Array | undefined,
  rows: number,
): void {
  if (!validity) return;
  if (!nullable) throw fault(`column ${name}`, 'null', 'a value in every row');
  const bytes = (rows + 7) >> 3;
  if (validity.length < bytes) {
    throw fault(`column ${name}`, `validity of ${validity.length} bytes`, `at least ${bytes}`);
  }
}

function utf8(data: ColumnData): Utf8Data | undefined {
  if (Array.isArray(data)) return utf8FromStrings(data);
  return 'offsets' in data ? data : undefined;
}

function integersFromDoubles(doubles: Float64Array, column: string): BigUint64Array {
  const integers = new BigUint64Array(doubles.length);
  // Two halves a value: five times faster than a BigInt for each.
  const halves = new Uint32Array(integers.buffer);
  for (let i = 0; i < doubles.length; i++) {
    const value = doubles[i]!;
    if (!(value >= 0 && value <= 2 ** 53) || value !== Math.floor(value)) {
      throw fault(column, `${value} in row ${i}`, 'an integer from 0 to 2^53');
    }
    halves[2 * i] = value;
    halves[2 * i + 1] = value / 2 ** 32;
  }
  return integers;
}

/** The error of a chunk that does not fit its schema. */
export function fault(place: string, found: string, expected: string) {
  return gtkError('GTK_INTERNAL', { message: `${place} of a table: found ${found}, expected ${expected}` });
}

/**
 * The columns of a matrix that is stored row by row.
 *
 * @param matrix rows × width values
 * @returns width columns, views of one block of memory
 */
export function matrixColumns(matrix: Uint32Array, rows: number, width: number): Uint32Array[] {
  const block = transposeKernel().transpose(matrix, width);
  return Array.from({ length: width }, (_, c) => block.subarray(c * rows, (c + 1) * rows));
}
