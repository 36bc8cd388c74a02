/** What a run of `gtk h5ad` wrote, read back with other programs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** A row of the table by its columns; 64-bit integers are bigints. */
export type Row = Record<string, unknown>;

/** Paths of the Parquet files of a folder `chunks`, in their order; none where there is no folder. */
export function chunkPaths(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));
}

/** The rows of Parquet files one after another, as DuckDB reads them. */
export async function duckRows(files: readonly string[]): Promise<Row[]> {
  return duckQuery(...files.map((file) => `SELECT * FROM ${parquet(file)}`));
}

const parquet = (file: string) => `read_parquet('${file.replaceAll("'", "''")}')`;

/** The rows of queries one after another. */
export async function duckQuery(...queries: string[]): Promise<Row[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const rows: Row[] = [];
    for (const query of queries) {
      const reader = await connection.runAndReadAll(query);
      rows.push(...(reader.getRowObjects() as Row[]));
    }
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Columns of a Parquet file with DuckDB's names of their types. */
export async function duckSchema(file: string): Promise<[name: string, type: string][]> {
  const rows = await duckQuery(`DESCRIBE SELECT * FROM ${parquet(file)}`);
  return rows.map(({ column_name, column_type }) => [column_name as string, column_type as string]);
}

/** Cells on each side of a dataset's folder. */
export async function sides(out: string): Promise<{ train: Row[]; test: Row[]; all: Row[] }> {
  return {
    train: await duckRows(chunkPaths(path.join(out, 'train/chunks'))),
    test: await duckRows(chunkPaths(path.join(out, 'test/chunks'))),
    all: await duckRows(chunkPaths(path.join(out, 'chunks'))),
  };
}

/** The record that a finished dataset has. */
export function completion(out: string) {
  return JSON.parse(readFileSync(path.join(out, '_SUCCESS.json'), 'utf8'));
}
