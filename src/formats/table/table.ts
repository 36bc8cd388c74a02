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

/** A column of a table that only Parquet files hold. Each type but `uint32` and `uint64` can be nullable. */
export interface ParquetColumnSpec {
  name: string;
  type: ColumnType | 'int64' | 'boolean';
  nullable: boolean;
  /**
   * False: no least and greatest value in the file. For text whose rows are long: its bounds help nobody, and it
   * is compressed as such.
   */
  bounds?: false;
}

/** The columns of such a table, in order. Every {@link TableSchema} is one. */
export type ParquetSchema = readonly ParquetColumnSpec[];

/** Codecs of Parquet pages; `lz4` is the one that Parquet calls LZ4_RAW. */
export const parquetCodecs = ['uncompressed', 'snappy', 'gzip', 'brotli', 'lz4', 'zstd'] as const;
export type ParquetCodec = (typeof parquetCodecs)[number];

/** How row groups are encoded. */
export interface ParquetOptions {
  /** Default zstd. Each row group says how it is compressed, so whatever puts them together need not know. */
  compression?: ParquetCodec;
}

/** Text of n rows: UTF-8 bytes one after another. */
export interface Utf8Data {
  bytes: Uint8Array;
  /** n + 1 offsets into {@link bytes}, never decreasing. */
  offsets: Uint32Array;
  /** Bit i (lowest first) is 0 where row i is null; none means no nulls. Layout as in Arrow. */
  validity?: Uint8Array | undefined;
  /** The producer vouches that each row is UTF-8, so that nobody looks at its bytes for that again. */
  wellFormed?: true | undefined;
}

/** Text whose rows repeat a few values, which the file then holds once in each row group. */
export interface DictionaryData {
  /** Without nulls; values that no row has do no harm. */
  dictionary: Utf8Data;
  /** The place of each row's value in {@link dictionary}; -1 is null. */
  codes: Int32Array;
}

/** Values of an `int64` column. What stands in the place of a null does not matter. */
export interface Int64Data {
  values: BigInt64Array;
  /** As in {@link Utf8Data}. */
  validity?: Uint8Array | undefined;
}

/** Values of a `boolean` column: 0 or 1, also in the place of a null. */
export interface BooleanData {
  values: Uint8Array;
  /** As in {@link Utf8Data}. */
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
 * Text without nulls in stretches of consecutive rows, each made when the one before is written: so a column
 * of long text is never in memory as a whole. Each has pages of its own.
 */
export interface TextStretches {
  stretches: Iterable<Utf8Data>;
}

/** The values of one column of a Parquet file: `utf8` can be {@link DictionaryData} or {@link TextStretches} there. */
export type ParquetColumnData = ColumnData | DictionaryData | TextStretches | Int64Data | BooleanData;

/** Some consecutive rows of a table that goes into a Parquet file. */
export interface ParquetChunk {
  rows: number;
  columns: ParquetColumnData[];
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
