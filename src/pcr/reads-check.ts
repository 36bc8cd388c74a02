/** A look at the heads of two files of reads, before anything is done with them; the programs check the rest. */
import { gtkError } from '../errors.js';
import { decompress } from '../formats/compression/decompress.js';
import { fileChunks } from '../formats/compression/file-chunks.js';
import { binaryFormat, magicBytes, type TextFormat, textFormat } from '../formats/compression/magic.js';
import { peek } from '../formats/compression/peek.js';

/** More than the first record of any sequencer's reads. */
const HEAD_BYTES = 1 << 17;

/**
 * Whether both files begin as FASTQ, with reads of the same name.
 *
 * @throws GTK_NOT_FASTQ, GTK_UNPAIRED, GTK_EMPTY_INPUT, GTK_TRUNCATED, GTK_CORRUPT, GTK_UNREADABLE
 */
export async function checkReads(r1: string, r2: string): Promise<void> {
  const [first, second] = [await firstName(r1), await firstName(r2)];
  if (first === second) return;
  throw gtkError('GTK_UNPAIRED', { r1, r2, record: 1, names: [first, second] });
}

/** How a file of reads is stored. Throws GTK_EMPTY_INPUT, GTK_NOT_FASTQ, GTK_UNREADABLE. */
export async function readsFormat(file: string): Promise<TextFormat> {
  const { head, rest } = await peek(fileChunks(file, { chunkBytes: HEAD_BYTES }), magicBytes);
  await rest.return?.();
  if (head.length === 0) throw gtkError('GTK_EMPTY_INPUT', { path: file });
  const format = textFormat(head);
  if (format !== 'parquet') return format;
  throw gtkError('GTK_NOT_FASTQ', { path: file, place: 'its beginning', found: 'Parquet', expected: "'@'" });
}

/** The text of a file of reads. Throws what decompressing throws. */
export async function readsText(file: string, chunkBytes?: number): Promise<AsyncIterable<Uint8Array>> {
  const format = (await readsFormat(file)) as Exclude<TextFormat, 'parquet'>;
  return decompress(fileChunks(file, { ...(chunkBytes && { chunkBytes }) }), format, file, { threads: 1 });
}

/** The name of a file's first read, without what tells the mates apart. */
async function firstName(file: string): Promise<string> {
  const { head, rest } = await peek(await readsText(file, HEAD_BYTES), HEAD_BYTES);
  await rest.return?.();
  if (head.length === 0) throw gtkError('GTK_EMPTY_INPUT', { path: file });
  const found = binaryFormat(head);
  const refuse = (line: number, what: string, expected: string) =>
    gtkError('GTK_NOT_FASTQ', { path: file, place: `line ${line}`, found: what, expected });
  if (found) throw refuse(1, found, "'@'");
  const [name = '', bases = '', plus = '', qualities = ''] = Buffer.from(head)
    .toString('latin1')
    .split(/\r?\n/, 4);
  const shown = (line: string) => (line === '' ? 'nothing' : JSON.stringify(line.slice(0, 20)));
  if (!name.startsWith('@')) throw refuse(1, shown(name), "'@'");
  if (!/^[A-Za-z.*-]*$/.test(bases)) throw refuse(2, shown(bases), 'bases');
  if (!plus.startsWith('+')) throw refuse(3, shown(plus), "'+'");
  if (qualities.length !== bases.length)
    throw refuse(4, `${qualities.length} qualities`, `${bases.length}, one a base`);
  return name
    .slice(1)
    .split(/[ \t]/, 1)[0]!
    .replace(/\/[12]$/, '');
}
