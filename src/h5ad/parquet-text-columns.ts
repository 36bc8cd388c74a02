import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
} from 'hyparquet';
import { GtkError, gtkError } from '../errors.js';
import { pageDecompressors } from '../formats/parquet/read-codecs.js';
import { openSeekable, type SeekableFile } from '../formats/parquet/read-file.js';
import type { ColumnChoice, TextColumns } from './tsv-columns.js';

/** Bytes of a page and rows of a table at most: a damaged length must not allocate more. */
const mostBytes = 1 << 28;
const mostRows = 10_000_000;

/**
 * Columns of a Parquet file as text; null where a value is missing or empty. Nested columns are not offered.
 *
 * @throws GTK_UNREADABLE, GTK_CORRUPT, and what `choose` throws
 */
export async function parquetTextColumns(path: string, choose: ColumnChoice): Promise<TextColumns> {
  const file = await openSeekable(path);
  try {
    return await readColumns(watched(file), choose);
  } catch (error) {
    if (error instanceof GtkError) throw error;
    const found = (error as Error).message;
    throw gtkError('GTK_CORRUPT', { path, format: 'Parquet', place: 'its footer or columns', found }, error);
  } finally {
    await file.close();
  }
}

async function readColumns(file: AsyncBuffer, choose: ColumnChoice): Promise<TextColumns> {
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  checkRows(metadata);
  const flat = parquetSchema(metadata).children.filter(
    ({ children, element }) => children.length === 0 && element.repetition_type !== 'REPEATED',
  );
  const chosen = choose(flat.map(({ element }) => element.name));
  const columns: TextColumns = new Map(chosen.map((name) => [name, []]));
  let rowStart = 0;
  // One row group after another: hyparquet hands on several of them in any order.
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    if (rowEnd === rowStart) continue;
    await parquetRead({
      ...{ file, metadata, columns: chosen, rowStart, rowEnd },
      compressors: pageDecompressors(mostBytes),
      onChunk: ({ columnName, columnData }) => {
        const column = columns.get(columnName)!;
        for (let i = 0; i < columnData.length; i++) column.push(textOf(columnData[i]));
      },
    });
    for (const [name, { length }] of columns) {
      if (length !== rowEnd) throw new Error(`${length} values of column ${name}, expected ${rowEnd}`);
    }
    rowStart = rowEnd;
  }
  return columns;
}

/** The file with every read waited for by somebody: hyparquet drops those under way when another one fails. */
function watched(file: SeekableFile): AsyncBuffer {
  return {
    byteLength: file.byteLength,
    slice(start, end) {
      const bytes = file.slice(start, end);
      bytes.catch(() => {});
      return bytes;
    },
  };
}

function checkRows({ num_rows, row_groups }: FileMetaData): void {
  const rows = row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
  if (rows !== num_rows) throw new Error(`${rows} rows in groups, expected ${num_rows}`);
  if (row_groups.some((group) => group.num_rows < 0n)) throw new Error('a row group of less than no row');
  if (rows > mostRows) throw new Error(`${rows} rows, expected ${mostRows} at most`);
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value) || null;
}
