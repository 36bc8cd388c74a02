/** Whether a program left a gzip file at all. */
import { closeSync, openSync, readSync } from 'node:fs';

/** Whether the file is there and begins as gzip does (RFC 1952). */
export function isGzip(file: string): boolean {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return false;
  }
  try {
    const head = Buffer.alloc(3);
    return readSync(fd, head) === 3 && head.readUIntBE(0, 3) === 0x1f8b08;
  } finally {
    closeSync(fd);
  }
}
