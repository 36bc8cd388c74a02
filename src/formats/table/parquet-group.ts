import type { ColumnChunk, RowGroup, Statistics } from 'hyparquet';
import { type CheckedColumn, checkedColumns } from './columns.js';
import { type ColumnPages, columnPages } from './parquet-pages.js';
import { columnStatistics } from './parquet-statistics.js';
import type { EncodedChunk, TableChunk, TableSchema } from './table.js';

/** What the file's footer has to say of a chunk: offsets count from its own first byte. No rows, no row group. */
export type ParquetDetail = RowGroup | undefined;

/** Encodes a chunk as a row group of Parquet, with statistics on each column. */
export function encodeParquet(schema: TableSchema, chunk: TableChunk): EncodedChunk {
  const columns = checkedColumns(schema, chunk);
  if (chunk.rows === 0) return { format: 'parquet', rows: 0, bytes: new Uint8Array(0) };
  const pieces: Uint8Array[] = [];
  const chunks: ColumnChunk[] = [];
  let offset = 0;
  let uncompressed = 0;
  for (const column of columns) {
    const pages = columnPages(column, chunk.rows);
    const bytes = lengthOf(pages.pieces);
    chunks.push(describe(column, chunk.rows, pages, { offset, bytes }));
    pieces.push(...pages.pieces);
    offset += bytes;
    uncompressed += pages.uncompressedBytes;
  }
  const detail: ParquetDetail = {
    columns: chunks,
    total_byte_size: BigInt(uncompressed),
    num_rows: BigInt(chunk.rows),
    total_compressed_size: BigInt(offset),
  };
  return { format: 'parquet', rows: chunk.rows, bytes: joined(pieces, offset), detail };
}

function describe(
  column: CheckedColumn,
  rows: number,
  pages: ColumnPages,
  place: { offset: number; bytes: number },
): ColumnChunk {
  return {
    file_offset: BigInt(place.offset),
    meta_data: {
      type: physicalTypes[column.type as keyof typeof physicalTypes],
      // RLE is the encoding of the levels.
      encodings: [pages.encoding, 'RLE'],
      path_in_schema: [column.spec.name],
      codec: 'ZSTD',
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(pages.uncompressedBytes),
      total_compressed_size: BigInt(place.bytes),
      data_page_offset: BigInt(place.offset),
      statistics: columnStatistics(column) as Statistics,
    },
  };
}

const physicalTypes = { utf8: 'BYTE_ARRAY', uint32: 'INT32', uint64: 'INT64', float64: 'DOUBLE' } as const;

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
