/** Files that appear whole or not at all: written under a temporary name, then renamed. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { gtkError } from '../errors.js';

let sequence = 0;

/** A name beside `file` that no other process, thread or attempt uses. */
export function temporaryName(file: string): string {
  sequence += 1;
  return path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}-${threadId}-${sequence}.tmp`);
}

/** Removes what processes that were killed on this machine were about to rename to `file`. */
export function removeTemporary(file: string): void {
  const folder = path.dirname(file);
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  const names = isFolder ? readdirSync(folder) : [];
  for (const name of names) {
    const [, base, pid] = /^\.(.*)\.(\d+)-\d+-\d+\.tmp$/s.exec(name) ?? [];
    if (base === path.basename(file) && !isOther(Number(pid)))
      rmSync(path.join(folder, name), { force: true });
  }
}

/** Whether another process of that number runs. In containers every process may have the same. */
function isOther(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Writes a small file atomically.
 *
 * @param durable also waits until the bytes are on the disk, for files that another machine or a
 *   restarted one will rely on
 * @throws GTK_NOT_WRITABLE; nothing is left then, and a file that stood under the name still does
 */
export function writeFileAtomically(file: string, content: string | Uint8Array, durable = false): void {
  const temporary = temporaryName(file);
  try {
    if (durable) writeDurably(temporary, typeof content === 'string' ? Buffer.from(content) : content);
    else writeFileSync(temporary, content);
    renameSync(temporary, file);
  } catch (error) {
    // Where a file stands in the place of the folder, even a forced removal fails.
    if (existsSync(temporary)) rmSync(temporary);
    throw gtkError('GTK_NOT_WRITABLE', { path: file, reason: (error as Error).message }, error);
  }
}

function writeDurably(file: string, bytes: Uint8Array): void {
  const fd = openSync(file, 'w');
  try {
    writeAll(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}

/** Waits until a file's or folder's content is on the disk. */
export async function flushToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Size and CRC-32 of a file, read in pieces of 1 MiB. */
export function checksum(file: string): { bytes: number; crc32: number } {
  const fd = openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(1 << 20);
    let bytes = 0;
    let crc = 0;
    for (;;) {
      const read = readSync(fd, buffer, 0, buffer.length, null);
      if (read === 0) return { bytes, crc32: crc };
      bytes += read;
      crc = crc32(buffer.subarray(0, read), crc);
    }
  } finally {
    closeSync(fd);
  }
}
