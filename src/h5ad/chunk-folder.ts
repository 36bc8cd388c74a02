/** The cells of an earlier step: Parquet files with the same columns, read as one table with polars. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type pl from 'nodejs-polars';
import { gtkError } from '../errors.js';
import type { Frame, FrameColumn, FrameColumnInfo } from '../formats/anndata/frame.js';
import { isChunkName } from './sides.js';

type Polars = typeof pl;

/** The chunk files of a folder in their order. Throws GTK_NO_INPUT_IN_FOLDER. */
export function chunkFilesOf(folder: string): string[] {
  const names = readdirSync(folder).filter(isChunkName);
  if (names.length === 0) throw gtkError('GTK_NO_INPUT_IN_FOLDER', { path: folder, expected: '.parquet' });
  // Longer names have higher numbers, beyond chunk 9999.
  return names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).map((name) => path.join(folder, name));
}

/**
 * Opens the files as one table.
 *
 * @throws GTK_CORRUPT if one is no Parquet file; GTK_CHUNKS_DIFFER if their columns differ or are of a type
 *   that gtk does not write
 */
export async function openChunks(files: readonly string[]): Promise<ChunkTable> {
  const { default: polars } = await import('nodejs-polars');
  return new ChunkTable(polars, files);
}

/** A table over several files. Only the columns and rows that are asked for are read. */
export class ChunkTable implements Frame {
  readonly rows: number;
  readonly indexName = 'cell_id';
  readonly columns: readonly FrameColumnInfo[];
  readonly unreadable = [];
  readonly #polars: Polars;
  readonly #files: readonly string[];
  /** First row of each file, and the end of the last one. */
  readonly #starts: number[] = [0];

  constructor(polars: Polars, files: readonly string[]) {
    this.#polars = polars;
    this.#files = files;
    const schemas = files.map((file) => {
      const found = attempt(file, () => polars.scanParquet(file).select(polars.len()).collectSync());
      this.#starts.push(this.#starts.at(-1)! + Number(found.row(0)[0]));
      return attempt(file, () => polars.scanParquet(file).limit(0).collectSync().schema) as Schema;
    });
    this.rows = this.#starts.at(-1)!;
    this.columns = Object.entries(schemas[0]!).map(([name, type]) => ({
      name,
      type: typeOf(files[0]!, name, type),
    }));
    for (const [i, schema] of schemas.entries()) {
      const found = describe(schema);
      const expected = describe(schemas[0]!);
      if (found !== expected) throw gtkError('GTK_CHUNKS_DIFFER', { path: files[i]!, found, expected });
    }
  }

  has(name: string): boolean {
    return this.columns.some((column) => column.name === name);
  }

  readIndex(start = 0, end = this.rows): string[] {
    return (this.read(this.indexName, start, end) as FrameColumn & { type: 'text' }).values.map(
      (id) => id ?? '',
    );
  }

  read(name: string, start = 0, end = this.rows): FrameColumn {
    const { type } = this.columns.find((column) => column.name === name)!;
    const rows = end - start;
    const validity = new Uint8Array((rows + 7) >> 3);
    const column = emptyColumn(type, rows, validity);
    let at = 0;
    for (const [i, file] of this.#files.entries()) {
      const [first, behind] = [Math.max(start, this.#starts[i]!), Math.min(end, this.#starts[i + 1]!)];
      if (first >= behind) continue;
      this.#readInto(column, at, {
        file,
        name,
        from: first - this.#starts[i]!,
        rows: behind - first,
        validity,
      });
      at += behind - first;
    }
    return column;
  }

  #readInto(
    column: FrameColumn,
    at: number,
    place: { file: string; name: string; from: number; rows: number; validity: Uint8Array },
  ): void {
    const { file, name, from, rows, validity } = place;
    const series = attempt(file, () =>
      this.#polars.scanParquet(file).select(name).slice(from, rows).collectSync().getColumn(name),
    );
    switch (column.type) {
      case 'text':
        column.values.push(...(series.toArray() as (string | null)[]));
        return;
      case 'float':
        column.values.set(series.toArray().map((value) => value ?? Number.NaN) as number[], at);
        return;
      case 'integer':
        // As an array they would be doubles.
        column.values.set(series.fillNull('zero').toTypedArray() as BigInt64Array, at);
        break;
      case 'boolean':
        column.values.set(series.toArray().map(Number), at);
    }
    for (const [i, isNull] of (series.isNull().toArray() as boolean[]).entries())
      if (!isNull) validity[(at + i) >> 3]! |= 1 << ((at + i) & 7);
  }
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const found = (error as Error).message.split('\n')[0]!;
    throw gtkError(
      'GTK_CORRUPT',
      { path: file, format: 'Parquet', place: 'the footer or a page', found },
      error,
    );
  }
}

const TYPES: Record<string, 'text' | 'integer' | 'boolean' | 'float'> = {
  String: 'text',
  Int64: 'integer',
  Bool: 'boolean',
  Float64: 'float',
};

type Schema = Record<string, { variant: string }>;

function typeOf(file: string, name: string, type: { variant: string }) {
  const known = TYPES[type.variant];
  if (known) return known;
  const found = `column ${name} of type ${type.variant}`;
  throw gtkError('GTK_CHUNKS_DIFFER', {
    path: file,
    found,
    expected: `one of ${Object.keys(TYPES).join(', ')}`,
  });
}

const describe = (schema: Schema) =>
  Object.entries(schema)
    .map(([name, { variant }]) => `${name} ${variant}`)
    .join(', ');

function emptyColumn(type: FrameColumnInfo['type'], rows: number, validity: Uint8Array): FrameColumn {
  switch (type) {
    case 'float':
      return { type, values: new Float64Array(rows) };
    case 'integer':
      return { type, values: new BigInt64Array(rows), validity };
    case 'boolean':
      return { type, values: new Uint8Array(rows), validity };
    default:
      return { type: 'text', values: [] };
  }
}
