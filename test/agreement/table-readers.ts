/** Tables as other programs read them: every column by its name, whole numbers as numbers. */
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import pl from 'nodejs-polars';
import type { TableFormat } from '../../src/formats/table/table.js';

export interface ReadTable {
  columns: Record<string, unknown[]>;
  /** Type of each column where the file declares it. */
  types?: Record<string, ColumnType>;
}

export type ColumnType = 'utf8' | 'uint32' | 'uint64' | 'float64';

export interface TableReader {
  program: string;
  format: TableFormat;
  read(file: string): Promise<ReadTable> | ReadTable;
}

/** The rows that a DuckDB query gives, column by column. */
export async function duckdb(sql: string): Promise<ReadTable> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    const names = reader.columnNames();
    return {
      columns: byName(names, reader.getColumnsJS()),
      types: typesByName(names, reader.columnTypes().map(String)),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** DuckDB's, polars' and Arrow's names of the types. */
const typeNames: Record<string, ColumnType> = {
  VARCHAR: 'utf8',
  UINTEGER: 'uint32',
  UBIGINT: 'uint64',
  DOUBLE: 'float64',
  'DataType(String)': 'utf8',
  'DataType(UInt32)': 'uint32',
  'DataType(UInt64)': 'uint64',
  'DataType(Float64)': 'float64',
  Utf8: 'utf8',
  Uint32: 'uint32',
  Uint64: 'uint64',
  Float64: 'float64',
};

function typesByName(names: readonly string[], types: readonly string[]): Record<string, ColumnType> {
  return Object.fromEntries(
    names.map((name, place) => [name, typeNames[types[place]!] ?? types[place]!]),
  ) as Record<string, ColumnType>;
}

function byName(
  names: readonly string[],
  columns: readonly (readonly unknown[])[],
): Record<string, unknown[]> {
  return Object.fromEntries(
    names.map((name, place) => [
      name,
      columns[place]!.map((value) => (typeof value === 'bigint' ? Number(value) : (value ?? null))),
    ]),
  );
}

function polars(frame: pl.DataFrame): ReadTable {
  const columns = frame.columns.map((name) => frame.getColumn(name).toArray());
  return {
    columns: byName(frame.columns, columns),
    types: typesByName(frame.columns, frame.dtypes.map(String)),
  };
}

/** The same of a text format, which declares no types. */
function untyped({ columns }: ReadTable): ReadTable {
  return { columns };
}

const duckdbCsv = (file: string, more: string) =>
  duckdb(`from read_csv('${file}', header = true, sample_size = -1, ${more})`).then(untyped);

/** Every reader of every format. */
export const tableReaders: TableReader[] = [
  { program: 'DuckDB', format: 'parquet', read: (file) => duckdb(`from '${file}'`) },
  { program: 'polars', format: 'parquet', read: (file) => polars(pl.readParquet(file)) },
  {
    program: 'DuckDB',
    format: 'tsv',
    read: (file) => duckdbCsv(file, `delim = '\t', quote = '', escape = ''`),
  },
  {
    program: 'polars',
    format: 'tsv',
    read: (file) =>
      untyped(polars(pl.readCSV(file, { sep: '\t', quoteChar: '', inferSchemaLength: 10_000 }))),
  },
  {
    program: 'DuckDB',
    format: 'csv',
    read: (file) => duckdbCsv(file, `delim = ',', quote = '"', escape = '"'`),
  },
  {
    program: 'polars',
    format: 'csv',
    read: (file) => untyped(polars(pl.readCSV(file, { inferSchemaLength: 10_000 }))),
  },
  {
    program: 'DuckDB',
    format: 'json',
    read: (file) => duckdb(`from read_json('${file}', sample_size = -1)`).then(untyped),
  },
  {
    program: 'polars',
    format: 'json',
    read: (file) => untyped(polars(pl.readJSON(readFileSync(file), { inferSchemaLength: 10_000 }))),
  },
  { program: 'polars', format: 'arrow', read: (file) => polars(pl.readIPC(readFileSync(file))) },
  {
    program: 'Arrow',
    format: 'arrow',
    read: (file) => {
      const table = tableFromIPC(readFileSync(file));
      const names = table.schema.names.map(String);
      return {
        columns: byName(
          names,
          names.map((name) => [...table.getChild(name)!]),
        ),
        types: typesByName(
          names,
          table.schema.fields.map(({ type }) => String(type)),
        ),
      };
    },
  },
];
