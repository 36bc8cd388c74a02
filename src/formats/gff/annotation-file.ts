/** Opening an annotation on disk. */
import { gtkError } from '../../errors.js';
import { decompress } from '../compression/decompress.js';
import { fileChunks } from '../compression/file-chunks.js';
import { binaryFormat, magicBytes, textFormat } from '../compression/magic.js';
import { peek } from '../compression/peek.js';
import type { Annotation } from './annotation.js';
import { readAnnotation } from './read-annotation.js';

/**
 * Reads a GFF3 or GTF file, plain or compressed with gzip, BGZF or zstd, recognised by its first bytes.
 *
 * @throws GTK_UNREADABLE, GTK_TRUNCATED, GTK_CORRUPT, and what {@link readAnnotation} throws
 */
export async function readAnnotationFile(path: string): Promise<Annotation> {
  const { head, rest } = await peek(fileChunks(path), magicBytes);
  const format = textFormat(head);
  const binary = format === 'parquet' ? 'Parquet data' : binaryFormat(head);
  if (format === 'parquet' || binary) {
    await rest.return?.();
    throw gtkError('GTK_NOT_GFF', { path, line: 1, found: binary ?? format });
  }
  return readAnnotation(decompress(rest, format, path), path);
}
