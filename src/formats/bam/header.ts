/** The header of a BAM file (SAMv1, section 4.2). */
import { gtkError } from '../../errors.js';

/** A reference sequence that reads are aligned to. */
export interface BamContig {
  name: string;
  length: number;
}

export interface BamHeader {
  /** The SAM header, with the lines that begin with `@`. */
  text: string;
  /** In the order in which records refer to them. */
  contigs: BamContig[];
  /** Bytes of the whole header. */
  bytes: number;
}

/** More than any assembly needs; a damaged length must not take all memory. */
const MAX_TEXT = 64 << 20;
const MAX_CONTIGS = 4 << 20;
const MAX_NAME = 4096;

/**
 * The header at the start of a BAM file's bytes.
 *
 * @param path for messages
 * @returns undefined if the bytes end within the header
 * @throws GTK_CORRUPT if this is no BAM file or a length is absurd
 */
export function parseBamHeader(bytes: Uint8Array, path: string): BamHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (magic !== 'BAM\x01'.slice(0, magic.length)) {
    throw corrupt(path, 0, `${JSON.stringify(magic)}, expected "BAM\\u0001"`);
  }
  if (bytes.length < 12) return undefined;
  const textLength = lengthAt(view, 4, MAX_TEXT, 'header text', path);
  let at = 8 + textLength;
  if (at + 4 > bytes.length) return undefined;
  const text = Buffer.from(bytes.subarray(8, at)).toString('utf8').replace(/\0+$/, '');
  const count = lengthAt(view, at, MAX_CONTIGS, 'contigs', path);
  at += 4;
  const contigs: BamContig[] = [];
  while (contigs.length < count) {
    if (at + 4 > bytes.length) return undefined;
    const nameLength = lengthAt(view, at, MAX_NAME, "a contig's name", path);
    const end = at + 4 + nameLength;
    if (end + 4 > bytes.length) return undefined;
    if (nameLength < 2 || bytes[end - 1] !== 0) throw corrupt(path, at, 'a contig without a name');
    const name = Buffer.from(bytes.subarray(at + 4, end - 1)).toString('utf8');
    contigs.push({ name, length: lengthAt(view, end, 2 ** 31 - 1, 'a contig', path) });
    at = end + 4;
  }
  return { text, contigs, bytes: at };
}

function lengthAt(view: DataView, at: number, max: number, of: string, path: string): number {
  const length = view.getInt32(at, true);
  if (length >= 0 && length <= max) return length;
  throw corrupt(path, at, `${length} as the length of ${of}, expected 0 to ${max}`);
}

function corrupt(path: string, at: number, found: string) {
  return gtkError('GTK_CORRUPT', { path, format: 'BAM', place: `byte ${at} of the text`, found });
}
