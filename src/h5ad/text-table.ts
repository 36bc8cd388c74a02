/** Tables that users give: text of tab-separated values, or Parquet, told apart by the content. */

import type { GtkError } from '../errors.js';
import { decompress } from '../formats/compression/decompress.js';
import { fileChunks } from '../formats/compression/file-chunks.js';
import { binaryFormat, magicBytes, textFormat } from '../formats/compression/magic.js';
import { peek } from '../formats/compression/peek.js';
import { type ColumnChoice, type TextColumns, tsvColumns } from './tsv-columns.js';

/** Bytes of text at most: ten times the tables that are published, and what a string can hold. */
const mostBytes = 1 << 28;

/** Makes the error that says what a file is instead of the table that was expected. */
export type Refusal = (found: string) => GtkError;

/**
 * The whole text of a table file, plain or compressed, without byte order mark; undefined for Parquet.
 *
 * @throws GTK_UNREADABLE, GTK_TRUNCATED, GTK_CORRUPT; the refusal for a file that is no text, empty, or
 *   larger than 256 MiB
 */
export async function tableText(path: string, refuse: Refusal): Promise<string | undefined> {
  const stored = await peek(fileChunks(path), magicBytes);
  const format = textFormat(stored.head);
  if (format === 'parquet') {
    await stored.rest.return?.();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of decompress(stored.rest, format, path)) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw refuse(`more than ${mostBytes >> 20} MiB of text`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks);
  const binary = binaryFormat(text) ?? (text.subarray(0, magicBytes).includes(0) ? 'binary data' : undefined);
  if (binary) throw refuse(binary);
  if (text.length === 0) throw refuse('an empty file');
  return text.toString('utf8').replace(/^\uFEFF/, '');
}

/**
 * Columns of the table whose text is that, or which is Parquet if `text` is undefined.
 *
 * @throws what `choose` throws; GTK_UNREADABLE and GTK_CORRUPT for Parquet
 */
export async function tableColumns(
  path: string,
  text: string | undefined,
  choose: ColumnChoice,
): Promise<TextColumns> {
  if (text !== undefined) return tsvColumns(text, choose);
  const { parquetTextColumns } = await import('./parquet-text-columns.js');
  return parquetTextColumns(path, choose);
}

/** The names of a table's columns for a message: the first ones, and not all of a name that is long. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => (name.length > 30 ? `${name.slice(0, 30)}…` : name));
  return `the columns ${shown.join(', ')}${names.length > shown.length ? ', …' : ''}`;
}
