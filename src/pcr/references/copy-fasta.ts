/** Copies the FASTA of a genome to where it is indexed. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { gtkError } from '../../errors.js';
import { isSystemError } from '../../formats/compression/file-chunks.js';
import { magicBytes, textFormat } from '../../formats/compression/magic.js';
import { peek } from '../../formats/compression/peek.js';
import { sniffStream } from '../../formats/fasta/sniff.js';
import { type Contig, FastaCleaner } from './fasta-cleaner.js';

/** A genome as it was written. */
export interface CopiedFasta {
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  contigs: Contig[];
}

/**
 * Copies FASTA in any compression as plain text, checked on the way: nucleotides, and contigs with names of
 * their own and bases.
 *
 * @param stored the bytes of the file
 * @param shown what messages call it
 * @throws GTK_GENOME_FILE, GTK_DUPLICATE_CONTIG, GTK_NOT_WRITABLE, and what `sniffStream` throws
 */
export async function copyFasta(
  stored: AsyncIterable<Uint8Array>,
  shown: string,
  target: string,
  signal: AbortSignal,
): Promise<CopiedFasta> {
  const { head, rest } = await peek(stored, magicBytes);
  if (textFormat(head) === 'parquet') {
    await rest.return?.();
    throw gtkError('GTK_NOT_FASTA', { path: shown, place: 'its beginning', found: 'Parquet data' });
  }
  const { text } = await sniffStream(rest, shown);
  const cleaner = new FastaCleaner(shown);
  const hash = createHash('sha256');
  let bytes = 0;
  const account = (piece: Uint8Array) => {
    hash.update(piece);
    bytes += piece.length;
    return piece;
  };
  async function* cleaned() {
    for await (const piece of text) yield account(cleaner.push(piece));
    yield account(cleaner.finish());
  }
  try {
    await pipeline(cleaned, createWriteStream(target), { signal });
  } catch (thrown) {
    signal.throwIfAborted();
    if (!isSystemError(thrown)) throw thrown;
    throw gtkError('GTK_NOT_WRITABLE', { path: target, reason: thrown.message }, thrown);
  }
  return { bytes, sha256: hash.digest('hex'), contigs: cleaner.contigs };
}
