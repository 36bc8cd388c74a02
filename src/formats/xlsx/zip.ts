/** Writing ZIP archives (PKWARE APPNOTE 6.3) front to back. */
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

/** One file of an archive, as pieces of text. */
export interface ZipEntry {
  name: string;
  text: Iterable<string>;
}

interface Written {
  name: Buffer;
  offset: number;
  crc: number;
  stored: number;
  size: number;
}

const DEFLATED = 8;
const VERSION = 20;
/** 1 January 1980, the first day that the format knows: archives of the same content are then the same bytes. */
const DATE = 0x21;

/**
 * Writes an archive below 4 GiB; a piece of text at a time is in memory.
 *
 * @throws what the operating system reports
 */
export async function writeZip(path: string, entries: Iterable<ZipEntry>): Promise<void> {
  const handle = await open(path, 'w');
  try {
    let offset = 0;
    const written: Written[] = [];
    for (const entry of entries) {
      const done = await writeEntry(handle, offset, entry);
      written.push(done);
      offset += 30 + done.name.length + done.stored;
    }
    const directory = Buffer.concat(written.map(directoryRecord));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(written.length, 8);
    end.writeUInt16LE(written.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(offset, 16);
    await handle.writev([directory, end], offset);
  } finally {
    await handle.close();
  }
}

async function writeEntry(handle: FileHandle, offset: number, entry: ZipEntry): Promise<Written> {
  const written = { name: Buffer.from(entry.name), offset, crc: 0, stored: 0, size: 0 };
  const start = offset + 30 + written.name.length;
  function* bytes() {
    for (const text of entry.text) {
      const piece = Buffer.from(text);
      written.crc = crc32(piece, written.crc);
      written.size += piece.length;
      yield piece;
    }
  }
  // The fastest level: tables of this kind shrink to a sixth even so.
  await pipeline(bytes, createDeflateRaw({ level: 1 }), async (deflated: AsyncIterable<Buffer>) => {
    for await (const piece of deflated) {
      await handle.writev([piece], start + written.stored);
      written.stored += piece.length;
    }
  });
  await handle.writev([localHeader(written), written.name], offset);
  return written;
}

/** The fields that both headers of a file share, from `version needed` to the lengths of name and extra field. */
function shared({ name, crc, stored, size }: Written): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(DEFLATED, 4);
  fields.writeUInt16LE(DATE, 8);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(stored, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function localHeader(written: Written): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared(written)]);
}

function directoryRecord(written: Written): Buffer {
  const head = Buffer.from([0x50, 0x4b, 1, 2, VERSION, 0]);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(written.offset, 10);
  return Buffer.concat([head, shared(written), tail, written.name]);
}
