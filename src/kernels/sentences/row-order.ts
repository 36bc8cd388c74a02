/** Orders the first `count` of a row's columns in place: by falling value, all above 0, ties by rising column. */
export type OrderRow = (values: Float64Array, columns: Uint32Array, count: number) => void;

/** Columns that fit a sort key beside the 31 bits of a float. */
const mostColumns = 2 ** 22;
const infinityBits = 0x7f800000;

/** An order of rows with room for `capacity` values, of a matrix that is `width` columns wide. */
export function rowOrder(capacity: number, width: number): OrderRow {
  const keys = new Float64Array(capacity);
  const cell = new Float32Array(1);
  const bits = new Uint32Array(cell.buffer);

  /**
   * Bits of floats above 0 rise with the float, so that one number can hold both what to sort by and what
   * breaks ties: below 2^53, thus exact. False where a value is no float of 32 bits.
   */
  function orderByKeys(values: Float64Array, columns: Uint32Array, count: number): boolean {
    for (let i = 0; i < count; i++) {
      cell[0] = values[i]!;
      if (cell[0] !== values[i]!) return false;
      keys[i] = (infinityBits - bits[0]!) * mostColumns + columns[i]!;
    }
    const sorted = keys.subarray(0, count).sort();
    for (let i = 0; i < count; i++) {
      const key = sorted[i]!;
      columns[i] = key - Math.floor(key / mostColumns) * mostColumns;
    }
    return true;
  }

  return (values, columns, count) => {
    if (width <= mostColumns && orderByKeys(values, columns, count)) return;
    const positions = Uint32Array.from({ length: count }, (_, i) => i);
    // Infinity less infinity is NaN, which counts as a tie as well.
    positions.sort((a, b) => values[b]! - values[a]! || columns[a]! - columns[b]!);
    columns.set(positions.map((position) => columns[position]!));
  };
}
