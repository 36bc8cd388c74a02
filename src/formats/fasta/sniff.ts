import { gtkError } from '../../errors.js';
import { type DecompressOptions, decompress } from '../compression/decompress.js';
import { fileChunks } from '../compression/file-chunks.js';
import { binaryFormat, magicBytes, type TextFormat, textFormat } from '../compression/magic.js';
import { peek, replay } from '../compression/peek.js';
import { HeadCheck } from './head-check.js';

/** What the first bytes of an input tell. */
export interface Sniffed {
  format: TextFormat;
  /** Offset in the (decompressed) text at which FASTA begins: 3 behind a UTF-8 byte order mark, else 0. */
  start: number;
  /** Of Parquet: memory that its largest row group takes. */
  rowGroupBytes?: number;
}

/** An input that can be read only once, with what its head tells. */
export interface SniffedStream {
  sniffed: Sniffed;
  /** The decompressed text from the beginning, without a byte order mark. */
  text: AsyncIterableIterator<Uint8Array>;
}

/** Enough to see the head of most files without inflating a megabyte of each. */
const sniffBytes = 1 << 17;

/**
 * Looks at the head of a file: its form by its first bytes, never by its name, then whether the text
 * begins as nucleotide FASTA. For Parquet, whether it has the columns.
 *
 * @throws GTK_FASTQ, GTK_NOT_FASTA, GTK_PROTEIN, GTK_BINARY, GTK_LINE_ENDS, GTK_EMPTY_INPUT, GTK_TRUNCATED,
 *   GTK_CORRUPT, GTK_UNREADABLE, GTK_NO_COLUMN
 */
export async function sniff(path: string): Promise<Sniffed> {
  const { head, rest } = await peek(fileChunks(path, { chunkBytes: sniffBytes }), magicBytes);
  if (textFormat(head) === 'parquet') {
    await rest.return?.();
    const { openSequences } = await import('../parquet/read-sequences.js');
    const sequences = await openSequences(path);
    await sequences.close();
    return { format: 'parquet', start: 0, rowGroupBytes: sequences.rowGroupBytes };
  }
  const { sniffed, text } = await sniffStream(rest, path, { threads: 1, chunkBytes: sniffBytes });
  await text.return?.();
  return sniffed;
}

/**
 * The same for standard input or a FIFO, whose text it hands on, head included. Closing the text, or an
 * error, closes the source.
 *
 * @throws as {@link sniff}; GTK_UNREADABLE for Parquet, which must be sought in
 */
export async function sniffStream(
  source: AsyncIterable<Uint8Array>,
  path: string,
  options: DecompressOptions = {},
): Promise<SniffedStream> {
  const { head, rest } = await peek(source, magicBytes);
  let open = rest;
  try {
    if (head.length === 0) throw gtkError('GTK_EMPTY_INPUT', { path });
    const format = textFormat(head);
    if (format === 'parquet') {
      const reason = 'Parquet cannot be read from a stream; save it to a file and name that';
      throw gtkError('GTK_UNREADABLE', { path, reason });
    }
    const inflated = await peek(decompress(rest, format, path, options), magicBytes);
    open = inflated.rest;
    const start = hasByteOrderMark(inflated.head) ? 3 : 0;
    const text = await checkHead(inflated.rest, inflated.head.length, start, path);
    return { sniffed: { format, start }, text };
  } catch (error) {
    await open.return?.();
    throw error;
  }
}

function hasByteOrderMark(head: Uint8Array): boolean {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
}

/** Checks the head of a text and hands the text on from `start`, which is within the first chunk. */
async function checkHead(
  text: AsyncIterableIterator<Uint8Array>,
  peeked: number,
  start: number,
  path: string,
) {
  const check = new HeadCheck(path);
  const seen: Uint8Array[] = [];
  while (!check.done) {
    const next = await text.next();
    if (next.done) break;
    const isFirst = seen.length === 0;
    const chunk = isFirst && peeked > 0 ? next.value.subarray(start) : next.value;
    const binary = isFirst ? binaryFormat(chunk) : undefined;
    if (binary) throw gtkError('GTK_BINARY', { path, place: 'its beginning', found: binary });
    check.push(chunk);
    seen.push(chunk);
  }
  check.finish();
  return replay(seen, text);
}
