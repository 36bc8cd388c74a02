import type { CheckedColumn } from './columns.js';
import type { Utf8Data } from './table.js';
import { isValid } from './utf8.js';

/** Bounds and nulls of a column chunk (parquet.thrift, struct Statistics); no bounds without a value. */
export interface ColumnStatistics {
  min_value?: number | bigint | Uint8Array | undefined;
  max_value?: number | bigint | Uint8Array | undefined;
  null_count: bigint;
}

/** The least and the greatest value and the number of nulls. */
export function columnStatistics(column: CheckedColumn): ColumnStatistics {
  switch (column.type) {
    case 'utf8':
      return textStatistics(column.data);
    case 'float64':
      return doubleStatistics(column.data, column.spec.nullable);
    case 'uint64': {
      const { data } = column;
      let [min, max] = [data[0], data[0]];
      for (const value of data) {
        if (value < min!) min = value;
        if (value > max!) max = value;
      }
      return { min_value: min, max_value: max, null_count: 0n };
    }
    default:
      return integerStatistics(column.data);
  }
}

/** Apart from the other types, since one loop over arrays of several types is never compiled well. */
function integerStatistics(data: Uint32Array): ColumnStatistics {
  if (data.length === 0) return { null_count: 0n };
  let min = 2 ** 32 - 1;
  let max = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min_value: min, max_value: max, null_count: 0n };
}

function doubleStatistics(data: Float64Array, nullable: boolean): ColumnStatistics {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let nans = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
    if (Number.isNaN(value)) nans++;
  }
  const null_count = BigInt(nullable ? nans : 0);
  // A NaN that is a value has no place between the bounds, so readers could leave out its row.
  if (nans === data.length || (nans > 0 && !nullable)) return { null_count };
  // The sign of a zero bound is fixed by the format: -0 below, +0 above.
  return { min_value: min === 0 ? -0 : min, max_value: max === 0 ? 0 : max, null_count };
}

function textStatistics(data: Utf8Data): ColumnStatistics {
  const rows = data.offsets.length - 1;
  let nulls = 0;
  let min = -1;
  let max = -1;
  for (let i = 0; i < rows; i++) {
    if (!isValid(data.validity, i)) {
      nulls++;
    } else if (min < 0) {
      min = i;
      max = i;
    } else if (compareRows(data, i, min) < 0) {
      min = i;
    } else if (compareRows(data, i, max) > 0) {
      max = i;
    }
  }
  const null_count = BigInt(nulls);
  if (min < 0) return { null_count };
  // Copies, since these travel to another thread and the rest of the text should not.
  const value = (i: number) => data.bytes.slice(data.offsets[i], data.offsets[i + 1]);
  return { min_value: value(min), max_value: value(max), null_count };
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
