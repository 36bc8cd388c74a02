/**
 * What a columnar table is, whichever file format it is written in.
 *
 * A table travels as chunks of rows, so memory is bounded by the chunk. A chunk is encoded by whoever holds
 * it (a worker thread, say) into bytes that do not depend on where in the file they will stand; one writer
 * then assembles the encoded chunks in order.
 */

/** File formats of tables. */
export const tableFormats = ['parquet', 'tsv', 'csv', 'json', 'arrow'] as const;
export type TableFormat = (typeof tableFormats)[number];

/** Types of a column. */
export type ColumnType = 'utf8' | 'uint32' | 'uint64' | 'float64';

/** One column. Only `utf8` and `float64` can be nullable. */
export interface ColumnSpec {
  name: string;
  type: ColumnType;
  nullable: boolean;
}

/** The columns of a table, in order. */
export type TableSchema = readonly ColumnSpec[];

/** A column that holds `width` uint32 in each row; only interim parts have such columns. */
export interface ListColumnSpec {
  name: string;
  type: 'uint32list';
  width: number;
  nullable: false;
}

/** The columns of an interim part, in order. */
export type PartSchema = readonly (ColumnSpec | ListColumnSpec)[];

/** Text of n rows: UTF-8 bytes one after another. */
export interface Utf8Data {
  bytes: Uint8Array;
  /** n + 1 offsets into {@link bytes}, never decreasing. */
  offsets: Uint32Array;
  /** Bit i (lowest first) is 0 where row i is null; none means no nulls. Layout as in Arrow. */
  validity?: Uint8Array | undefined;
}

/**
 * The values of one column:
 * - `utf8`: {@link Utf8Data}, or strings with null where the column is nullable;
 * - `uint32`: Uint32Array; `uint32list`: Uint32Array, row by row;
 * - `uint64`: BigUint64Array, or Float64Array of exact integers from 0 to 2^53;
 * - `float64`: Float64Array; NaN is null where the column is nullable.
 */
export type ColumnData = Utf8Data | readonly (string | null)[] | Uint32Array | Float64Array | BigUint64Array;

/** Some consecutive rows of a table; `columns` follow the schema. */
export interface TableChunk {
  rows: number;
  columns: ColumnData[];
}

/**
 * A chunk in the bytes of its format. Plain data: it can be cloned between threads, and its memory handed
 * over.
 */
export interface EncodedChunk {
  format: TableFormat;
  rows: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** What the assembling side has to know besides the bytes; its form depends on the format. */
  detail?: unknown;
}

/**
 * Puts encoded chunks into the order of bytes of one file. Pure: it returns bytes and writes nothing.
 * `offset` is the length of the file so far.
 */
export interface Assembler {
  head(): Uint8Array;
  place(chunk: EncodedChunk, offset: number): Uint8Array[];
  tail(offset: number): Uint8Array;
}
