import { putVarint } from '../../kernels/delta-packed/varint.js';
import type { ParquetColumn } from './parquet-columns.js';
import { isValid } from './utf8.js';

/**
 * Which of the rows `start` to `end` have a value, in the hybrid of runs and packed bits (definition levels of
 * parquet.apache.org/docs/file-format/data-pages); no bytes where all must have one.
 */
export function definitionLevels(
  column: ParquetColumn,
  start: number,
  end: number,
): { levels: Uint8Array; nulls: number } {
  if (!column.spec.nullable) return { levels: noBytes, nulls: 0 };
  const rows = end - start;
  const nulls = countNulls(column, start, end);
  const groups = (rows + 7) >> 3;
  const levels = new Uint8Array(longestVarint + groups);
  if (nulls === 0) {
    const length = putVarint(levels, 0, rows << 1);
    levels[length] = 1;
    return { levels: levels.subarray(0, length + 1), nulls };
  }
  const first = putVarint(levels, 0, (groups << 1) | 1);
  for (let i = 0; i < rows; i++) {
    if (hasValue(column, start + i)) levels[first + (i >> 3)]! |= 1 << (i & 7);
  }
  return { levels: levels.subarray(0, first + groups), nulls };
}

const noBytes = new Uint8Array(0);
const longestVarint = 5;

/** How many of the rows `start` to `end` are null. */
export function countNulls(column: ParquetColumn, start: number, end: number): number {
  if (!column.spec.nullable) return 0;
  if (column.type === 'float64') return countNaN(column.data, start, end);
  if (isMasked(column) && !column.data.validity) return 0;
  let nulls = 0;
  for (let row = start; row < end; row++) nulls += Number(!hasValue(column, row));
  return nulls;
}

function countNaN(doubles: Float64Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if (Number.isNaN(doubles[i])) count++;
  return count;
}

function hasValue(column: ParquetColumn, row: number): boolean {
  if (isMasked(column)) return isValid(column.data.validity, row);
  return column.type === 'dictionary' ? column.data.codes[row]! >= 0 : !Number.isNaN(column.data[row]);
}

/** Whether a bitmap says where the nulls of a column are. */
function isMasked(column: ParquetColumn): column is ParquetColumn & { type: 'utf8' | 'int64' | 'boolean' } {
  return column.type === 'utf8' || column.type === 'int64' || column.type === 'boolean';
}
