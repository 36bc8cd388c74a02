import type { ColumnChunk, RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { ParquetWriter } from 'hyparquet-writer/src/parquet-writer.js';
import type { ParquetDetail } from './parquet-group.js';
import type { Assembler, ColumnSpec, TableSchema } from './table.js';

/**
 * Parquet (parquet.apache.org/docs/file-format): the row groups of {@link encodeParquet}, and a footer that
 * says where they are. Apart from the encoding, whose threads need no library for it.
 */

const magicBytes = 4;

/** Magic, row groups, footer. */
export function parquetAssembler(schema: TableSchema): Assembler {
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
      const group = chunk.detail as ParquetDetail;
      if (!group) return [];
      writer.row_groups.push(shifted(group, offset));
      writer.num_rows += BigInt(chunk.rows);
      return [chunk.bytes];
    },
    tail: () => {
      writer.finish();
      return footer.getBytes().subarray(magicBytes);
    },
  };
}

/** The schema as Parquet has it: a root and its columns. */
function elements(schema: TableSchema): SchemaElement[] {
  return [{ name: 'schema', num_children: schema.length }, ...schema.map(element)];
}

// Converted types alone: the library writes the width of the logical type INTEGER in a form that the
// format does not have, and every reader understands these.
function element({ name, type, nullable }: ColumnSpec): SchemaElement {
  const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED';
  switch (type) {
    case 'utf8':
      return { name, repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    case 'uint32':
      return { name, repetition_type, type: 'INT32', converted_type: 'UINT_32' };
    case 'uint64':
      return { name, repetition_type, type: 'INT64', converted_type: 'UINT_64' };
    case 'float64':
      return { name, repetition_type, type: 'DOUBLE' };
  }
}

function shifted(group: RowGroup, by: number): RowGroup {
  const columns = group.columns.map((column): ColumnChunk => {
    const meta = column.meta_data!;
    return {
      ...column,
      file_offset: column.file_offset + BigInt(by),
      meta_data: {
        ...meta,
        data_page_offset: meta.data_page_offset + BigInt(by),
      },
    };
  });
  return { ...group, columns, file_offset: columns[0]?.file_offset };
}
