/** Opens a text file, plain or compressed, for reading line by line. */
import { gtkError } from '../../errors.js';
import { decompress } from '../../formats/compression/decompress.js';
import { fileChunks } from '../../formats/compression/file-chunks.js';
import { binaryFormat, magicBytes, textFormat } from '../../formats/compression/magic.js';
import { peek } from '../../formats/compression/peek.js';

/**
 * The text of a file, plain or compressed with gzip, BGZF or zstd, recognised by its first bytes.
 *
 * @throws GTK_UNREADABLE, GTK_TRUNCATED, GTK_CORRUPT; GTK_BINARY for a file that is no text
 */
export async function openText(path: string): Promise<AsyncIterable<Uint8Array>> {
  const { head, rest } = await peek(fileChunks(path), magicBytes);
  const format = textFormat(head);
  const binary = format === 'parquet' ? 'Parquet data' : binaryFormat(head);
  if (format !== 'parquet' && !binary) return decompress(rest, format, path);
  await rest.return?.();
  throw gtkError('GTK_BINARY', { path, place: 'its beginning', found: binary ?? format });
}
