import { type DecodedArray, type FileMetaData, parquetRead, type RowGroup } from 'hyparquet';
import { GtkError, gtkError } from '../../errors.js';
import { FastaWriter } from './read-as-fasta.js';
import { pageDecompressors } from './read-codecs.js';
import { sequenceColumns } from './read-columns.js';
import { openSeekable } from './read-file.js';

/** How sequences are read. */
export interface SequenceTextOptions {
  /** Memory that the columns of one row group may take. Default unlimited. */
  budgetBytes?: number;
  /** Told of the compressed bytes read since the last call. */
  onBytes?: (bytes: number) => void;
}

/** A Parquet file of sequences, open. */
export interface ParquetSequences {
  rows: number;
  /** Memory that the largest row group's columns take. */
  rowGroupBytes: number;
  /**
   * Its rows as FASTA text, two lines each: `>` and the identifier (the row's number from 1 without a
   * column `seq_id` or `id`), then the sequence (empty for null). Row group by row group: memory is one
   * row group's columns, and a chunk of about 1 MiB.
   *
   * @throws GTK_TOO_LARGE, GTK_CORRUPT, GTK_NOT_BASES
   */
  text(options?: SequenceTextOptions): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a Parquet file with a string or binary column `sequence`.
 *
 * @throws GTK_TRUNCATED, GTK_CORRUPT, GTK_NO_COLUMN, GTK_UNREADABLE
 */
export async function openSequences(path: string): Promise<ParquetSequences> {
  const file = await openSeekable(path);
  try {
    const { metadata, sequence, id } = await sequenceColumns(path, file);
    const names = id ? [sequence, id] : [sequence];
    const sizes = metadata.row_groups.map((group) => groupSize(group, names));
    return {
      rows: Number(metadata.num_rows),
      rowGroupBytes: sizes.reduce((most, size) => Math.max(most, size.compressed + size.uncompressed), 0),
      close: () => file.close(),
      async *text({ budgetBytes = Number.POSITIVE_INFINITY, onBytes }: SequenceTextOptions = {}) {
        const writer = new FastaWriter(path);
        let row = 0;
        for (const [index, group] of metadata.row_groups.entries()) {
          const size = sizes[index]!;
          checkSize(path, index, size.compressed + size.uncompressed, budgetBytes);
          const rowEnd = row + Number(group.num_rows);
          const range = { metadata, rowStart: row, rowEnd, limit: size.uncompressed };
          const [sequences, ids] = await readGroup(path, index, names, range, file);
          onBytes?.(size.compressed);
          yield* writer.rows(row + 1, sequences, ids);
          row = rowEnd;
        }
        yield* writer.end();
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Bytes of those columns in a row group, as its metadata states them. */
function groupSize(group: RowGroup, names: string[]) {
  const size = { compressed: 0, uncompressed: 0 };
  for (const { meta_data: chunk } of group.columns) {
    if (!chunk || !names.includes(chunk.path_in_schema.join('.'))) continue;
    size.compressed += Number(chunk.total_compressed_size);
    size.uncompressed += Number(chunk.total_uncompressed_size);
  }
  return size;
}

function checkSize(path: string, index: number, bytes: number, budgetBytes: number): void {
  if (bytes <= budgetBytes) return;
  const [needed, budget] = [bytes, budgetBytes].map((size) => `${(size / 2 ** 20).toFixed(1)} MiB`);
  throw gtkError('GTK_TOO_LARGE', { path, what: `row group ${index + 1}`, bytes: needed, budget });
}

interface RowRange {
  metadata: FileMetaData;
  rowStart: number;
  rowEnd: number;
  /** Bytes that a page may have at most. */
  limit: number;
}

/** The values of those columns in one row group, text as bytes. */
async function readGroup(
  path: string,
  index: number,
  names: string[],
  { metadata, rowStart, rowEnd, limit }: RowRange,
  file: Parameters<typeof parquetRead>[0]['file'],
): Promise<DecodedArray[]> {
  const values = new Map<string, DecodedArray[]>(names.map((name) => [name, []]));
  try {
    if (rowEnd > rowStart) {
      await parquetRead({
        file,
        metadata,
        columns: names,
        rowStart,
        rowEnd,
        compressors: pageDecompressors(limit),
        utf8: false,
        // Text stays the bytes it is: decoding and encoding it again would cost more than reading it.
        parsers: { stringFromBytes: (bytes) => bytes },
        onChunk: ({ columnName, columnData }) => values.get(columnName)?.push(columnData),
      });
    }
    return names.map((name) => joined(values.get(name) ?? [], rowEnd - rowStart, name));
  } catch (error) {
    if (error instanceof GtkError) throw error;
    const found = (error as Error).message;
    throw gtkError('GTK_CORRUPT', { path, format: 'Parquet', place: `row group ${index + 1}`, found }, error);
  }
}

function joined(chunks: DecodedArray[], rows: number, name: string): DecodedArray {
  const all =
    chunks.length === 1 ? chunks[0] : chunks.flatMap((chunk) => Array.from(chunk as ArrayLike<unknown>));
  if (all.length !== rows) throw new Error(`${all.length} values of column ${name}, expected ${rows}`);
  return all;
}
