import type { ColumnChunk, CompressionCodec, RowGroup, Statistics } from 'hyparquet';
import { pageCodecs } from './parquet-codecs.js';
import { type ParquetColumn, parquetColumns } from './parquet-columns.js';
import { type ColumnPages, columnPages } from './parquet-pages.js';
import { columnStatistics } from './parquet-statistics.js';
import type { EncodedChunk, ParquetChunk, ParquetOptions, ParquetSchema } from './table.js';

/** A row group in the bytes of Parquet. */
export interface EncodedRowGroup extends EncodedChunk {
  /** What the file's footer has to say of it: offsets count from its own first byte. No rows, no row group. */
  detail?: RowGroup | undefined;
}

/**
 * Encodes a chunk as a row group of Parquet, with statistics on each column.
 *
 * @throws GTK_INTERNAL if the chunk does not fit the schema
 */
export function encodeParquet(
  schema: ParquetSchema,
  chunk: ParquetChunk,
  options?: ParquetOptions,
): EncodedRowGroup {
  if (chunk.rows === 0) {
    parquetColumns(schema, chunk);
    return { format: 'parquet', rows: 0, bytes: new Uint8Array(0) };
  }
  const { detail, pieces } = encodeRowGroup(schema, chunk, options);
  return { format: 'parquet', rows: chunk.rows, bytes: joined(pieces, groupBytes(detail)), detail };
}

/**
 * The same for a chunk of at least one row, in pieces that follow one another: for who writes them at once.
 *
 * @throws GTK_INTERNAL if the chunk does not fit the schema
 */
export function encodeRowGroup(
  schema: ParquetSchema,
  chunk: ParquetChunk,
  { compression = 'zstd' }: ParquetOptions = {},
): { detail: RowGroup; pieces: Uint8Array[] } {
  const columns = parquetColumns(schema, chunk);
  const pieces: Uint8Array[] = [];
  const chunks: ColumnChunk[] = [];
  let offset = 0;
  let uncompressed = 0;
  for (const [i, column] of columns.entries()) {
    const withBounds = schema[i]!.bounds !== false;
    const longText = column.type === 'utf8' && !withBounds;
    const pages = columnPages(column, chunk.rows, { codec: compression, longText });
    const bytes = lengthOf(pages.pieces);
    const statistics = columnStatistics(column, chunk.rows, withBounds) as Statistics;
    const codec = pageCodecs[compression].name;
    chunks.push(describe(column, chunk.rows, pages, { offset, bytes, codec, statistics }));
    pieces.push(...pages.pieces);
    offset += bytes;
    uncompressed += pages.uncompressedBytes;
  }
  const detail: RowGroup = {
    columns: chunks,
    total_byte_size: BigInt(uncompressed),
    num_rows: BigInt(chunk.rows),
    total_compressed_size: BigInt(offset),
  };
  return { detail, pieces };
}

/** Bytes of an encoded row group. */
export function groupBytes(group: RowGroup): number {
  return Number(group.total_compressed_size);
}

function describe(
  column: ParquetColumn,
  rows: number,
  pages: ColumnPages,
  known: { offset: number; bytes: number; codec: CompressionCodec; statistics: Statistics },
): ColumnChunk {
  const { offset, bytes, codec, statistics } = known;
  const dictionary = pages.dictionaryBytes > 0;
  return {
    file_offset: BigInt(offset),
    meta_data: {
      type: physicalTypes[column.type],
      // RLE is the encoding of the levels, PLAIN that of a dictionary.
      encodings: [pages.encoding, 'RLE', ...(dictionary ? ['PLAIN' as const] : [])],
      path_in_schema: [column.spec.name],
      codec,
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(pages.uncompressedBytes),
      total_compressed_size: BigInt(bytes),
      data_page_offset: BigInt(offset + pages.dictionaryBytes),
      ...(dictionary ? { dictionary_page_offset: BigInt(offset) } : {}),
      statistics,
    },
  };
}

const physicalTypes = {
  utf8: 'BYTE_ARRAY',
  dictionary: 'BYTE_ARRAY',
  uint32: 'INT32',
  uint64: 'INT64',
  int64: 'INT64',
  float64: 'DOUBLE',
  boolean: 'BOOLEAN',
} as const;

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
