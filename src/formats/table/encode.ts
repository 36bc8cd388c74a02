import type { EncodedRowGroup } from './parquet-group.js';
import type {
  Assembler,
  EncodedChunk,
  ParquetChunk,
  ParquetOptions,
  ParquetSchema,
  TableChunk,
  TableFormat,
  TableSchema,
} from './table.js';

/**
 * Encodes one chunk in a format. Pure and deterministic: the same rows give the same bytes in any thread
 * and anywhere in the file. In Parquet and Arrow each chunk becomes a row group or a record batch, so the
 * bytes of a whole file depend on how its rows are cut into chunks; in the text formats they do not.
 *
 * @throws GTK_INTERNAL if the chunk does not fit the schema
 */
export async function encodeChunk(
  format: 'parquet',
  schema: ParquetSchema,
  chunk: ParquetChunk,
  options?: ParquetOptions,
): Promise<EncodedRowGroup>;
export async function encodeChunk(
  format: TableFormat,
  schema: TableSchema,
  chunk: TableChunk,
): Promise<EncodedChunk>;
export async function encodeChunk(
  format: TableFormat,
  schema: ParquetSchema,
  chunk: ParquetChunk,
  options?: ParquetOptions,
): Promise<EncodedChunk> {
  if (format === 'parquet') {
    return (await import('./parquet-group.js')).encodeParquet(schema, chunk, options);
  }
  // The other overload has seen to it.
  const [common, rows] = [schema as TableSchema, chunk as TableChunk];
  switch (format) {
    case 'arrow':
      return (await import('./arrow.js')).encodeArrow(common, rows);
    case 'json':
      return (await import('./json-rows.js')).encodeJson(common, rows);
    case 'tsv':
    case 'csv':
      return (await import('./delimited.js')).encodeDelimited(format, common, rows);
  }
}

/** Whatever puts encoded chunks of that format together. */
export async function createAssembler(format: 'parquet', schema: ParquetSchema): Promise<Assembler>;
export async function createAssembler(format: TableFormat, schema: TableSchema): Promise<Assembler>;
export async function createAssembler(format: TableFormat, schema: ParquetSchema): Promise<Assembler> {
  switch (format) {
    case 'parquet':
      return (await import('./parquet.js')).parquetAssembler(schema);
    case 'arrow':
      return (await import('./arrow.js')).arrowAssembler(schema as TableSchema);
    case 'json':
      return (await import('./json-rows.js')).jsonAssembler();
    case 'tsv':
    case 'csv':
      return (await import('./delimited.js')).delimitedAssembler(format, schema as TableSchema);
  }
}

/** Loads the code of these formats, so that the first chunk need not wait for it. */
export async function loadFormats(formats: readonly TableFormat[]): Promise<void> {
  for (const format of formats) {
    await encodeChunk(format, [], { rows: 0, columns: [] });
    await createAssembler(format, []);
  }
}
