import type { ColumnChunk, CompressionCodec, RowGroup, Statistics } from 'hyparquet';
import { pageCodecs } from './parquet-codecs.js';
import { type ParquetColumn, parquetColumns, type StretchedColumn } from './parquet-columns.js';
import { type ByteSink, type WrittenPages, writeColumn } from './parquet-pages.js';
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
  const pieces: Uint8Array[] = [];
  const detail = writeRowGroup(schema, chunk, options, (bytes) => pieces.push(bytes.slice()));
  return { format: 'parquet', rows: chunk.rows, bytes: joined(pieces, groupBytes(detail)), detail };
}

/**
 * The same for a chunk of at least one row, for who puts the bytes where they belong as they come.
 *
 * @returns what the file's footer has to say of it
 * @throws GTK_INTERNAL if the chunk does not fit the schema; what `write` throws
 */
export function writeRowGroup(
  schema: ParquetSchema,
  chunk: ParquetChunk,
  { compression = 'zstd' }: ParquetOptions = {},
  write: ByteSink,
): RowGroup {
  const columns = parquetColumns(schema, chunk);
  const chunks: ColumnChunk[] = [];
  let offset = 0;
  let uncompressed = 0;
  for (const [i, column] of columns.entries()) {
    const withBounds = schema[i]!.bounds !== false;
    const longText = schema[i]!.type === 'utf8' && !withBounds;
    const pages = writeColumn(column, chunk.rows, { codec: compression, longText }, write);
    const statistics: Statistics =
      column.type === 'stretches'
        ? { null_count: 0n }
        : (columnStatistics(column, chunk.rows, withBounds) as Statistics);
    const codec = pageCodecs[compression].name;
    chunks.push(describe(column, chunk.rows, pages, { offset, codec, statistics }));
    offset += pages.bytes;
    uncompressed += pages.uncompressedBytes;
  }
  return {
    columns: chunks,
    total_byte_size: BigInt(uncompressed),
    num_rows: BigInt(chunk.rows),
    total_compressed_size: BigInt(offset),
  };
}

/** Bytes of an encoded row group. */
export function groupBytes(group: RowGroup): number {
  return Number(group.total_compressed_size);
}

function describe(
  column: ParquetColumn | StretchedColumn,
  rows: number,
  pages: WrittenPages,
  known: { offset: number; codec: CompressionCodec; statistics: Statistics },
): ColumnChunk {
  const { offset, codec, statistics } = known;
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
      total_compressed_size: BigInt(pages.bytes),
      data_page_offset: BigInt(offset + pages.dictionaryBytes),
      ...(dictionary ? { dictionary_page_offset: BigInt(offset) } : {}),
      statistics,
    },
  };
}

const physicalTypes = {
  utf8: 'BYTE_ARRAY',
  dictionary: 'BYTE_ARRAY',
  stretches: 'BYTE_ARRAY',
  uint32: 'INT32',
  uint64: 'INT64',
  int64: 'INT64',
  float64: 'DOUBLE',
  boolean: 'BOOLEAN',
} as const;

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
