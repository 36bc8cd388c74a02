/** How long the text of a gzip file is, without inflating it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of text, modulo 2^32, of a file with one member, as its last four bytes state (RFC 1952, ISIZE). */
export function gzipTextBytes(file: string): number | undefined {
  const fd = openSync(file, 'r');
  try {
    const last = Buffer.alloc(4);
    const { size } = fstatSync(fd);
    return size >= 20 && readSync(fd, last, 0, 4, size - 4) === 4 ? last.readUInt32LE() : undefined;
  } finally {
    closeSync(fd);
  }
}
