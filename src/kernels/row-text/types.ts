/**
 * The values of one column:
 * - `utf8`: text of n rows one after another in `bytes`, with n + 1 offsets; bit i (lowest first) of
 *   `validity` is 0 where row i is null;
 * - `float64`: NaN is null where the column is nullable.
 */
export type RowColumn =
  | {
      type: 'utf8';
      data: { bytes: Uint8Array; offsets: Uint32Array; validity?: Uint8Array | undefined };
    }
  | { type: 'uint32'; data: Uint32Array }
  | { type: 'uint64'; data: BigUint64Array }
  | { type: 'float64'; data: Float64Array; nullable: boolean };

/** How a text format of one row a line differs from the others. All pieces are ASCII or UTF-8 bytes. */
export interface RowStyle {
  /** What stands before the value of each column. */
  before: Uint8Array[];
  /** What ends a row. */
  after: Uint8Array;
  /** What stands for null. */
  nothing: Uint8Array;
  /**
   * How text is kept from being taken for structure:
   * - `spaces`: a tab, CR or LF becomes a space;
   * - `quotes`: quoted as RFC 4180 does where it has a comma, quote, CR or LF, or is empty;
   * - `json`: a JSON string, escaped no more than JSON.stringify does.
   */
  escaping: 'spaces' | 'quotes' | 'json';
  /** False: a double that is not finite is null as well, since the format cannot say it. */
  nonFinite: boolean;
}

/** Writing tables as lines of text. */
export interface RowTextKernel {
  readonly name: string;
  /**
   * All rows of some columns, each of `rows` values. Integers are written in full, doubles as
   * ECMAScript's Number::toString does: the shortest decimal that reads back the same.
   *
   * @returns bytes in memory of their own
   * @throws RangeError or TypeError if a column has fewer values, or an offset leads out of its bytes
   */
  encode(style: RowStyle, columns: readonly RowColumn[], rows: number): Uint8Array<ArrayBuffer>;
}
