/** What is kept beside an index: of what it was built, and with what. */
import { readFileSync } from 'node:fs';
import { writeFileAtomically } from '../../engine/atomic.js';
import type { QuantEngine } from '../workshop.js';

export interface IndexRecord {
  /** The FASTA file that it was built of. */
  reference: { path: string; bytes: number; mtimeMs: number; sha256: string };
  /** Size of the index, or of all files of its folder: another one is not the index that is meant here. */
  bytes: number;
  engine: QuantEngine;
  /** Of the program. */
  version: string;
  /** Length of a k-mer. */
  k: number;
  targets: number;
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
