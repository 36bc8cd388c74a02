import { type FileMetaData, parquetMetadataAsync, parquetSchema, type SchemaElement } from 'hyparquet';
import { gtkError } from '../../errors.js';
import { readableCodecs } from './read-codecs.js';
import type { SeekableFile } from './read-file.js';

/** The columns of a Parquet file that hold sequences. */
export interface SequenceColumns {
  metadata: FileMetaData;
  sequence: 'sequence';
  /** The column of identifiers, if there is one. */
  id: 'seq_id' | 'id' | undefined;
}

/**
 * Reads the footer and finds the columns.
 *
 * @throws GTK_TRUNCATED, GTK_CORRUPT, GTK_NO_COLUMN; GTK_UNREADABLE for a codec that is not known
 */
export async function sequenceColumns(path: string, file: SeekableFile): Promise<SequenceColumns> {
  const metadata = await footer(path, file);
  const columns = parquetSchema(metadata).children;
  const sequence = columns.find((column) => column.element.name === 'sequence');
  if (!sequence || sequence.children.length > 0 || !isText(sequence.element)) {
    const found = sequence
      ? `sequence of type ${typeName(sequence.element)}`
      : columns.map((column) => column.element.name).join(', ') || 'no column';
    throw gtkError('GTK_NO_COLUMN', { path, found, expected: 'sequence' });
  }
  const flat = new Set(
    columns.filter((column) => column.children.length === 0).map((column) => column.element.name),
  );
  const id = (['seq_id', 'id'] as const).find((name) => flat.has(name));
  for (const { columns: chunks } of metadata.row_groups) {
    for (const { meta_data: chunk } of chunks) {
      const name = chunk?.path_in_schema.join('.');
      if (!chunk || (name !== 'sequence' && name !== id) || readableCodecs.includes(chunk.codec)) continue;
      const reason = `column ${name} is compressed with ${chunk.codec}, expected ${readableCodecs.join(', ')}`;
      throw gtkError('GTK_UNREADABLE', { path, reason });
    }
  }
  return { metadata, sequence: 'sequence', id };
}

async function footer(path: string, file: SeekableFile): Promise<FileMetaData> {
  const end = new Uint8Array(await file.slice(Math.max(0, file.byteLength - 4)));
  if (file.byteLength < 12 || Buffer.from(end).toString('latin1') !== 'PAR1') {
    throw gtkError('GTK_TRUNCATED', { path, format: 'Parquet', place: `byte ${file.byteLength}` });
  }
  try {
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    const rows = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
    if (rows !== metadata.num_rows) throw new Error(`${rows} rows in groups, expected ${metadata.num_rows}`);
    return metadata;
  } catch (error) {
    const found = (error as Error).message;
    throw gtkError('GTK_CORRUPT', { path, format: 'Parquet', place: 'the footer', found }, error);
  }
}

/** UTF-8 text, or bytes without a meaning of their own; once a row. */
function isText({ type, converted_type, logical_type, repetition_type }: SchemaElement): boolean {
  if (type !== 'BYTE_ARRAY' || repetition_type === 'REPEATED') return false;
  const isString = converted_type === 'UTF8' || logical_type?.type === 'STRING';
  return isString || (converted_type === undefined && logical_type === undefined);
}

function typeName({ type, converted_type, logical_type }: SchemaElement): string {
  return logical_type?.type ?? converted_type ?? type ?? 'group';
}
