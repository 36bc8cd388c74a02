/** Reads small files out of a zip archive (PKWARE APPNOTE 6.3), through its central directory. */
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/** Bytes that one file may inflate to. */
const MOST_BYTES = 16 << 20;

/**
 * The content of the first entry whose name ends so.
 *
 * @returns undefined if there is none, or if the archive is damaged, encrypted or of a kind that FastQC does not write
 */
export function zipEntry(zip: Buffer, ending: string): string | undefined {
  try {
    const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    if (end === -1 || zip.length < end + END_BYTES || zip.readUInt32LE(end) !== END) return undefined;
    const entries = zip.readUInt16LE(end + 10);
    let at = zip.readUInt32LE(end + 16);
    for (let i = 0; i < entries && zip.readUInt32LE(at) === ENTRY; i++) {
      const nameBytes = zip.readUInt16LE(at + 28);
      const name = zip.toString('latin1', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
      if (name.endsWith(ending)) return contentOf(zip, at);
      at += ENTRY_BYTES + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    }
  } catch {
    // A number leads outside the archive, or what stands there does not inflate.
  }
  return undefined;
}

function contentOf(zip: Buffer, entry: number): string | undefined {
  const method = zip.readUInt16LE(entry + 10);
  const local = zip.readUInt32LE(entry + 42);
  if (zip.readUInt32LE(local) !== LOCAL) return undefined;
  // The lengths there may differ from those of the directory.
  const begin = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const stored = zip.subarray(begin, begin + zip.readUInt32LE(entry + 20));
  if (method === STORED) return stored.toString('utf8');
  return method === DEFLATED
    ? inflateRawSync(stored, { maxOutputLength: MOST_BYTES }).toString('utf8')
    : undefined;
}
