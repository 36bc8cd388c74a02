/** Tables of every type of a Parquet column, and three programs that read them back. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetReadObjects } from 'hyparquet';
import pl from 'nodejs-polars';
import { pageDecompressors } from '../../../src/formats/parquet/read-codecs.js';
import { encodeChunk } from '../../../src/formats/table/encode.js';
import type {
  ParquetChunk,
  ParquetColumnData,
  ParquetColumnSpec,
  ParquetOptions,
  ParquetSchema,
} from '../../../src/formats/table/table.js';
import { utf8FromStrings } from '../../../src/formats/table/utf8.js';
import { createTableWriter } from '../../../src/formats/table/writer.js';
import { cut, temporaryFolder } from './sample.js';

export type Value = string | bigint | number | boolean | null;

/** The columns of a table; text whose name begins with `dictionary` is given as a dictionary. */
export const everyType: ParquetSchema = [
  { name: 'text', type: 'utf8', nullable: false },
  { name: 'text_or_null', type: 'utf8', nullable: true },
  { name: 'dictionary', type: 'utf8', nullable: false },
  { name: 'dictionary_or_null', type: 'utf8', nullable: true },
  { name: 'int64', type: 'int64', nullable: false },
  { name: 'int64_or_null', type: 'int64', nullable: true },
  { name: 'boolean', type: 'boolean', nullable: false },
  { name: 'boolean_or_null', type: 'boolean', nullable: true },
  { name: 'float64', type: 'float64', nullable: false },
  { name: 'float64_or_null', type: 'float64', nullable: true },
  { name: 'uint32', type: 'uint32', nullable: false },
  { name: 'uint64', type: 'uint64', nullable: false },
];

/** What each type can hold, its extremes included. */
export const values = {
  utf8: ['', 'a', 'ünï ☃ 🧬', 'z'.repeat(300), 'NA', 'null', 'it\'s \\ "back"', '\0', 'a', '\u{10ffff}'],
  int64: [0n, -1n, 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, -(2n ** 32n)],
  boolean: [true, false, false, true, true],
  float64: [0, -1.5, 0.1 + 0.2, 1.7976931348623157e308, 5e-324, Number.NEGATIVE_INFINITY],
  uint32: [0, 2 ** 31, 2 ** 32 - 1, 7],
  uint64: [0n, 2n ** 63n, 2n ** 64n - 1n, 9n],
} as const satisfies Record<ParquetColumnSpec['type'], readonly Value[]>;

/** That many rows that walk through the values at the pace of each column, every fourth or so null where allowed. */
export function everyTypeRows(count: number): Value[][] {
  return Array.from({ length: count }, (_, row) =>
    everyType.map(({ type, nullable }, column): Value => {
      if (nullable && (row * 7 + column) % 4 === 1) return null;
      const list: readonly Value[] = values[type];
      // Some rows in a run of the same value, some not.
      const step = row % 50 < 25 ? row : Math.floor(row / 50);
      return list[(step + column) % list.length]!;
    }),
  );
}

/** Rows as a chunk, in the form of data that each column's type asks for. */
export function parquetChunk(schema: ParquetSchema, rows: Value[][]): ParquetChunk {
  const columns = schema.map((spec, i) =>
    columnData(
      spec,
      rows.map((row) => row[i]!),
    ),
  );
  return { rows: rows.length, columns };
}

function columnData({ name, type, nullable }: ParquetColumnSpec, column: Value[]): ParquetColumnData {
  const validity = nullable ? bitmap(column) : undefined;
  switch (type) {
    case 'utf8':
      return name.startsWith('dictionary') ? dictionaryData(column) : (column as (string | null)[]);
    case 'int64':
      return { values: BigInt64Array.from(column, (value) => (value ?? 77n) as bigint), validity };
    case 'boolean':
      return { values: Uint8Array.from(column, Number), validity };
    case 'float64':
      return Float64Array.from(column, (value) => (value ?? Number.NaN) as number);
    case 'uint32':
      return Uint32Array.from(column, Number);
    case 'uint64':
      return BigUint64Array.from(column as bigint[]);
  }
}

function dictionaryData(column: Value[]): ParquetColumnData {
  const words = [...new Set(column)].filter((value): value is string => value !== null).toSorted();
  // What no row uses must not come into the file.
  const dictionary = ['~unused', ...words, '!unused'];
  const places = new Map(dictionary.map((word, i) => [word, i]));
  const codes = Int32Array.from(column, (value) => (value === null ? -1 : places.get(value as string)!));
  return { dictionary: utf8FromStrings(dictionary), codes };
}

function bitmap(column: Value[]): Uint8Array {
  const bits = new Uint8Array((column.length + 7) >> 3);
  column.forEach((value, i) => {
    if (value !== null) bits[i >> 3]! |= 1 << (i & 7);
  });
  return bits;
}

/** Writes rows as a Parquet file, so many a row group. */
export async function writeParquet(
  schema: ParquetSchema,
  rows: Value[][],
  rowsPerGroup: number,
  options?: ParquetOptions,
): Promise<string> {
  const file = path.join(temporaryFolder(), 'table.parquet');
  const writer = await createTableWriter('parquet', schema, file);
  for (const group of cut(rows, rowsPerGroup)) {
    await writer.append(await encodeChunk('parquet', schema, parquetChunk(schema, group), options));
  }
  await writer.finish();
  return file;
}

/** The rows and types that a DuckDB query gives. */
export async function duckdb(sql: string): Promise<{ types: string[]; rows: Value[][] }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return { types: reader.columnTypes().map(String), rows: reader.getRowsJS() as Value[][] };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export function polars(file: string): { types: string[]; rows: Value[][] } {
  const frame = pl.readParquet(file);
  const columns = frame.columns.map((name): Value[] => {
    const series = frame.getColumn(name);
    // A JavaScript number cannot hold every 64-bit integer, so those travel as text.
    if (!/Int64/.test(String(series.dtype))) return series.toArray();
    return (series.cast(pl.Utf8).toArray() as (string | null)[]).map((text) =>
      text === null ? null : BigInt(text),
    );
  });
  const rows = Array.from({ length: frame.height }, (_, row) => columns.map((column) => column[row] ?? null));
  return { types: frame.dtypes.map((type) => /\((\w+)\)/.exec(String(type))![1]!), rows };
}

export async function hyparquet(bytes: Uint8Array): Promise<Value[][]> {
  const { buffer } = new Uint8Array(bytes);
  const objects = await parquetReadObjects({ file: buffer, compressors: pageDecompressors(1 << 30) });
  return objects.map((object) => Object.values(object).map((value) => (value ?? null) as Value));
}

export const hyparquetFile = (file: string) => hyparquet(readFileSync(file));

/** The types of a schema as those programs call them. */
export const typeNames = {
  duckdb: {
    utf8: 'VARCHAR',
    int64: 'BIGINT',
    boolean: 'BOOLEAN',
    float64: 'DOUBLE',
    uint32: 'UINTEGER',
    uint64: 'UBIGINT',
  },
  polars: {
    utf8: 'String',
    int64: 'Int64',
    boolean: 'Bool',
    float64: 'Float64',
    uint32: 'UInt32',
    uint64: 'UInt64',
  },
};
