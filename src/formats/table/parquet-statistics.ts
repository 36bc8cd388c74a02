import type { ParquetColumn } from './parquet-columns.js';
import { countNulls } from './parquet-levels.js';
import type { BooleanData, Int64Data, Utf8Data } from './table.js';
import { isValid } from './utf8.js';

/** Bounds and nulls of a column chunk (parquet.thrift, struct Statistics); no bounds without a value. */
export interface ColumnStatistics extends Bounds {
  null_count: bigint;
}

interface Bounds {
  min_value?: number | bigint | boolean | Uint8Array | undefined;
  max_value?: number | bigint | boolean | Uint8Array | undefined;
}

/**
 * The least and the greatest value and the number of nulls.
 *
 * @param rows of the column
 * @param withBounds false for the number of nulls alone
 */
export function columnStatistics(column: ParquetColumn, rows: number, withBounds: boolean): ColumnStatistics {
  const bounds = withBounds ? columnBounds(column) : {};
  return { ...bounds, null_count: BigInt(countNulls(column, 0, rows)) };
}

function columnBounds(column: ParquetColumn): Bounds {
  switch (column.type) {
    case 'utf8':
      return textBounds(column.data);
    case 'dictionary':
      return textBounds(column.data.values);
    case 'float64':
      return doubleBounds(column.data, column.spec.nullable);
    case 'uint64':
    case 'int64':
      return bigintBounds(column.type === 'uint64' ? { values: column.data } : column.data);
    case 'boolean':
      return booleanBounds(column.data);
    case 'uint32':
      return integerBounds(column.data);
  }
}

function bigintBounds({
  values,
  validity,
}: Int64Data | { values: BigUint64Array; validity?: undefined }): Bounds {
  let min: bigint | undefined;
  let max: bigint | undefined;
  for (let i = 0; i < values.length; i++) {
    if (!isValid(validity, i)) continue;
    const value = values[i]!;
    if (min === undefined || value < min) min = value;
    if (max === undefined || value > max) max = value;
  }
  return min === undefined ? {} : { min_value: min, max_value: max };
}

function booleanBounds({ values, validity }: BooleanData): Bounds {
  const found = [false, false];
  for (let i = 0; i < values.length; i++) if (isValid(validity, i)) found[values[i]!] = true;
  if (!found.includes(true)) return {};
  return { min_value: !found[0], max_value: found[1] };
}

/** Apart from the other types, since one loop over arrays of several types is never compiled well. */
function integerBounds(data: Uint32Array): Bounds {
  let min = 2 ** 32 - 1;
  let max = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min_value: min, max_value: max };
}

function doubleBounds(data: Float64Array, nullable: boolean): Bounds {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let nans = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
    if (Number.isNaN(value)) nans++;
  }
  // A NaN that is a value has no place between the bounds, so readers could leave out its row.
  if (nans === data.length || (nans > 0 && !nullable)) return {};
  // The sign of a zero bound is fixed by the format: -0 below, +0 above.
  return { min_value: min === 0 ? -0 : min, max_value: max === 0 ? 0 : max };
}

function textBounds(data: Utf8Data): Bounds {
  const rows = data.offsets.length - 1;
  let min = -1;
  let max = -1;
  for (let i = 0; i < rows; i++) {
    if (!isValid(data.validity, i)) continue;
    if (min < 0) {
      min = i;
      max = i;
    } else if (compareRows(data, i, min) < 0) {
      min = i;
    } else if (compareRows(data, i, max) > 0) {
      max = i;
    }
  }
  if (min < 0) return {};
  // Copies, since these travel to another thread and the rest of the text should not.
  const value = (i: number) => data.bytes.slice(data.offsets[i], data.offsets[i + 1]);
  return { min_value: value(min), max_value: value(max) };
}

/** Order of UTF-8 bytes, which is that of code points. */
function compareRows({ bytes, offsets }: Utf8Data, a: number, b: number): number {
  const startA = offsets[a]!;
  const startB = offsets[b]!;
  const lengthA = offsets[a + 1]! - startA;
  const lengthB = offsets[b + 1]! - startB;
  const length = Math.min(lengthA, lengthB);
  for (let i = 0; i < length; i++) {
    const difference = bytes[startA + i]! - bytes[startB + i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}
