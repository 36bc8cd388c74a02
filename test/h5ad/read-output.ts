/** What a run of `gtk h5ad` wrote, read back with other programs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { duckQuery } from './duck-query.js';

/** A row of the table by its columns; 64-bit integers are bigints. */
export type Row = Record<string, unknown>;

/** Paths of the Parquet files of a folder `chunks`, in their order; none where there is no folder. */
export function chunkPaths(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));
}

/** The rows of Parquet files with the same columns one after another, as DuckDB reads them. */
export async function duckRows(files: readonly string[]): Promise<Row[]> {
  if (files.length === 0) return [];
  const names = files.map((file) => `'${file.replaceAll("'", "''")}'`);
  return duckQuery(`SELECT * FROM read_parquet([${names.join(', ')}])`);
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
