/** What is kept beside an index: of what it was built, and with what. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { writeFileAtomically } from '../../engine/atomic.js';
import { fileChunks } from '../../formats/compression/file-chunks.js';
import type { QuantEngine } from '../workshop.js';

export interface IndexRecord {
  /** The FASTA file that it was built of. */
  reference: { path: string; bytes: number; mtimeMs: number; sha256: string; records: number };
  /** Size of the index, or of all files of its folder: another one is not the index that is meant here. */
  bytes: number;
  engine: QuantEngine;
  /** Of the program. */
  version: string;
  /** Length of a k-mer. */
  k: number;
}

/** Absolute path of the record of an index. */
export const recordOf = (place: string) => `${place}.gtk.json`;

/** Undefined if there is none that can be read. */
export function readIndexRecord(place: string): IndexRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(recordOf(place), 'utf8')) as Partial<IndexRecord> | null;
    const isRecord = typeof record?.reference?.sha256 === 'string' && Number.isInteger(record.k);
    return isRecord ? (record as IndexRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws GTK_NOT_WRITABLE */
export function writeIndexRecord(place: string, record: IndexRecord): void {
  writeFileAtomically(recordOf(place), `${JSON.stringify(record, undefined, 2)}\n`);
}

/**
 * Whether a FASTA file has the content that an index was built of. It is read only if size and time do not tell;
 * the record then keeps its new time.
 *
 * @throws GTK_UNREADABLE; the signal's reason
 */
export async function isOfReference(
  place: string,
  record: IndexRecord,
  file: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { size, mtimeMs } = statSync(file);
  if (size !== record.reference.bytes) return false;
  if (mtimeMs === record.reference.mtimeMs) return true;
  const hash = createHash('sha256');
  for await (const chunk of fileChunks(file, { signal })) hash.update(chunk);
  if (hash.digest('hex') !== record.reference.sha256) return false;
  try {
    writeIndexRecord(place, { ...record, reference: { ...record.reference, mtimeMs } });
  } catch {
    // The index may be in a folder that others keep: then the file is read each time.
  }
  return true;
}
