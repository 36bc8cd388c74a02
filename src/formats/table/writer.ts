import { type FileHandle, open } from 'node:fs/promises';
import { gtkError } from '../../errors.js';
import { createAssembler } from './encode.js';
import type { Assembler, EncodedChunk, ParquetSchema, TableFormat, TableSchema } from './table.js';

/** Writes encoded chunks into a file, in the order of the calls. Await each call before the next one. */
export interface TableWriter {
  /** Rows written so far. */
  readonly rows: number;
  append(chunk: EncodedChunk): Promise<void>;
  /** Completes the file, brings it to the disk if so asked, and closes it. */
  finish(): Promise<void>;
  /** Closes an unfinished file, which is of no use then. To be called when anything else failed. */
  abort(): Promise<void>;
}

export interface WriterOptions {
  /** False: finish without fsync. Default true. */
  sync?: boolean;
}

/**
 * Creates a table file. The name should be a temporary one, to be renamed after `finish`.
 *
 * @throws GTK_NOT_WRITABLE here and in every call if the file cannot be written
 */
export async function createTableWriter(
  format: 'parquet',
  schema: ParquetSchema,
  path: string,
  options?: WriterOptions,
): Promise<TableWriter>;
export async function createTableWriter(
  format: TableFormat,
  schema: TableSchema,
  path: string,
  options?: WriterOptions,
): Promise<TableWriter>;
export async function createTableWriter(
  format: TableFormat,
  schema: ParquetSchema,
  path: string,
  options?: WriterOptions,
): Promise<TableWriter> {
  return assembleFile(await createAssembler(format, schema as TableSchema), path, options);
}

/** The same with an assembler at hand. */
export async function assembleFile(
  assembler: Assembler,
  path: string,
  { sync = true }: WriterOptions = {},
): Promise<TableWriter> {
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw gtkError('GTK_NOT_WRITABLE', { path, reason: (cause as Error).message }, cause);
    }
  };
  const file = await attempt(() => open(path, 'w'));
  let offset = 0;
  let rows = 0;
  const write = async (piece: Uint8Array) => {
    await attempt(() => writeAll(file, piece));
    offset += piece.length;
  };
  const abort = () => file.close().catch(() => {});
  try {
    await write(assembler.head());
  } catch (error) {
    await abort();
    throw error;
  }
  return {
    get rows() {
      return rows;
    },
    append: async (chunk) => {
      for (const piece of assembler.place(chunk, offset)) await write(piece);
      rows += chunk.rows;
    },
    finish: async () => {
      await write(assembler.tail(offset));
      if (sync) await attempt(() => file.sync());
      await attempt(() => file.close());
    },
    abort,
  };
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let done = 0; done < piece.length; ) {
    const { bytesWritten } = await file.write(piece, done, piece.length - done);
    done += bytesWritten;
  }
}
