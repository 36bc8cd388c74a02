import type { ColumnChunk, RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { ParquetWriter } from 'hyparquet-writer/src/parquet-writer.js';
import { type EncodedRowGroup, groupBytes } from './parquet-group.js';
import type { Assembler, ParquetColumnSpec, ParquetSchema } from './table.js';

/**
 * Parquet (parquet.apache.org/docs/file-format): the row groups of {@link encodeParquet}, and a footer that
 * says where they are. Apart from the encoding, whose threads need no library for it.
 */

const magicBytes = 4;

/** Magic, row groups, footer. */
export function parquetAssembler(schema: ParquetSchema): Assembler {
  const footer = new ByteWriter();
  const writer = new ParquetWriter({
    writer: footer,
    schema: elements(schema),
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => bytes },
    createdBy: 'gtk',
  });
  return {
    head: () => footer.getBytes().slice(0, magicBytes),
    place: (chunk, offset) => {
      const { detail } = chunk as EncodedRowGroup;
      if (!detail) return [];
      writer.row_groups.push(shifted(detail, offset));
      writer.num_rows += detail.num_rows;
      return [chunk.bytes];
    },
    tail: () => {
      writer.finish();
      return footer.getBytes().subarray(magicBytes);
    },
  };
}

/** A Parquet file around row groups whose bytes are elsewhere. */
export interface ParquetFrame {
  head: Uint8Array;
  /** Where the bytes of each row group begin; they follow one another between {@link head} and {@link tail}. */
  offsets: number[];
  tail: Uint8Array;
}

/**
 * What stands around row groups in a file, so that their bytes can be copied into it without being held.
 *
 * @param groups `detail` of each encoded row group, in the order of the file
 */
export function parquetFrame(schema: ParquetSchema, groups: readonly RowGroup[]): ParquetFrame {
  const assembler = parquetAssembler(schema);
  const head = assembler.head();
  const offsets: number[] = [];
  let offset = head.length;
  for (const detail of groups) {
    offsets.push(offset);
    const rows = Number(detail.num_rows);
    assembler.place({ format: 'parquet', rows, bytes: new Uint8Array(0), detail }, offset);
    offset += groupBytes(detail);
  }
  return { head, offsets, tail: assembler.tail(offset) };
}

/** The schema as Parquet has it: a root and its columns. */
function elements(schema: ParquetSchema): SchemaElement[] {
  return [{ name: 'schema', num_children: schema.length }, ...schema.map(element)];
}

// Converted types alone: the library writes the width of the logical type INTEGER in a form that the
// format does not have, and every reader understands these.
function element({ name, type, nullable }: ParquetColumnSpec): SchemaElement {
  const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED';
  switch (type) {
    case 'utf8':
      return { name, repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    case 'uint32':
      return { name, repetition_type, type: 'INT32', converted_type: 'UINT_32' };
    case 'uint64':
      return { name, repetition_type, type: 'INT64', converted_type: 'UINT_64' };
    case 'int64':
      return { name, repetition_type, type: 'INT64' };
    case 'float64':
      return { name, repetition_type, type: 'DOUBLE' };
    case 'boolean':
      return { name, repetition_type, type: 'BOOLEAN' };
  }
}

function shifted(group: RowGroup, by: number): RowGroup {
  const columns = group.columns.map((column): ColumnChunk => {
    const meta = column.meta_data!;
    const dictionary = meta.dictionary_page_offset;
    return {
      ...column,
      file_offset: column.file_offset + BigInt(by),
      meta_data: {
        ...meta,
        data_page_offset: meta.data_page_offset + BigInt(by),
        ...(dictionary === undefined ? {} : { dictionary_page_offset: dictionary + BigInt(by) }),
      },
    };
  });
  return { ...group, columns, file_offset: columns[0]?.file_offset };
}
