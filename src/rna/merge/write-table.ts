/** Writes a merged table row by row, as TSV or Parquet. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { gtkError } from '../../errors.js';
import { encodeChunk } from '../../formats/table/encode.js';
import type { ParquetSchema, Utf8Data } from '../../formats/table/table.js';
import { createTableWriter } from '../../formats/table/writer.js';
import type { ColumnFile } from './column-file.js';
import { longestNumber, putNumber } from './number-text.js';

/** What {@link writeTable} can write. */
export type MergeFormat = 'tsv' | 'parquet';

/** A table of numbers with a name for each row. */
export interface NumberTable {
  /** Header of the first column. */
  idName: 'target_id' | 'gene_id';
  ids: Utf8Data;
  columns: readonly { name: string; whole: boolean }[];
  /** As many columns; NaN is no value. */
  values: ColumnFile;
  /** What stands in the place of NaN in each row. */
  fill?: Float64Array;
}

/** Values in memory at once: 16 MiB of doubles, and at most three times as much text. */
const BLOCK_VALUES = 1 << 21;

/**
 * Writes a file and flushes it to the disk. Memory is bounded by the block, whatever the size of the table.
 *
 * @param file absolute, in a folder that nobody reads yet
 * @throws GTK_NOT_WRITABLE; the signal's reason
 */
export async function writeTable(
  table: NumberTable,
  file: string,
  format: MergeFormat,
  signal: AbortSignal,
): Promise<void> {
  if (format === 'tsv') await writeTsv(table, file, signal);
  else await writeParquet(table, file, signal);
}

/** A stretch of rows: their columns one after another. */
interface Block {
  start: number;
  rows: number;
  columns: Float64Array[];
}

async function* blocksOf({ values, columns, fill }: NumberTable, signal: AbortSignal): AsyncGenerator<Block> {
  const size = Math.max(1, Math.floor(BLOCK_VALUES / columns.length));
  for (let start = 0; start < values.rows; start += size) {
    await turn();
    signal.throwIfAborted();
    const rows = Math.min(size, values.rows - start);
    const block = columns.map((_, c) => {
      const column = new Float64Array(rows);
      values.read(c, start, column);
      if (fill) for (let i = 0; i < rows; i++) if (Number.isNaN(column[i]!)) column[i] = fill[start + i]!;
      return column;
    });
    yield { start, rows, columns: block };
  }
}

const [TAB, LF] = [9, 10];

async function writeTsv(table: NumberTable, file: string, signal: AbortSignal): Promise<void> {
  const { idName, columns, ids } = table;
  const attempt = <T>(act: () => T) => {
    try {
      return act();
    } catch (error) {
      throw gtkError('GTK_NOT_WRITABLE', { path: file, reason: (error as Error).message }, error);
    }
  };
  const fd = attempt(() => openSync(file, 'w'));
  const write = (bytes: Uint8Array) =>
    attempt(() => {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    });
  try {
    write(Buffer.from(`${[idName, ...columns.map(({ name }) => name)].join('\t')}\n`));
    const wholes = columns.map(({ whole }) => whole);
    let longestId = 0;
    for (let i = 0; i < table.values.rows; i++)
      longestId = Math.max(longestId, ids.offsets[i + 1]! - ids.offsets[i]!);
    const longestRow = longestId + columns.length * (longestNumber + 1) + 1;
    const buffer = new Uint8Array(Math.max(1 << 20, 2 * longestRow));
    for await (const block of blocksOf(table, signal)) {
      let at = 0;
      for (let row = 0; row < block.rows; row++) {
        if (at + longestRow > buffer.length) {
          write(buffer.subarray(0, at));
          at = 0;
        }
        const end = ids.offsets[block.start + row + 1]!;
        for (let i = ids.offsets[block.start + row]!; i < end; i++) buffer[at++] = ids.bytes[i]!;
        for (let c = 0; c < wholes.length; c++) {
          buffer[at++] = TAB;
          at = putNumber(buffer, at, block.columns[c]![row]!, wholes[c]!);
        }
        buffer[at++] = LF;
      }
      write(buffer.subarray(0, at));
    }
    attempt(() => fsyncSync(fd));
  } finally {
    closeSync(fd);
  }
}

async function writeParquet(table: NumberTable, file: string, signal: AbortSignal): Promise<void> {
  const { idName, columns, ids } = table;
  const schema: ParquetSchema = [
    { name: idName, type: 'utf8', nullable: false },
    ...columns.map(({ name }) => ({ name, type: 'float64', nullable: false }) as const),
  ];
  const writer = await createTableWriter('parquet', schema, file);
  try {
    for await (const { start, rows, columns: block } of blocksOf(table, signal)) {
      const offsets = ids.offsets.subarray(start, start + rows + 1);
      const chunk = { rows, columns: [{ bytes: ids.bytes, offsets }, ...block] };
      await writer.append(await encodeChunk('parquet', schema, chunk));
    }
    await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
