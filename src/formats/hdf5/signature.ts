import { type FileHandle, open } from 'node:fs/promises';
import { gtkError } from '../../errors.js';
import { unreadable } from '../compression/file-chunks.js';
import { binaryFormat, magicBytes, textFormat } from '../compression/magic.js';

const signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const lfsPointer = 'version https://git-lfs.github.com/spec/';
/** Signature, versions, counts and addresses of the longest superblock. */
const superblockBytes = 96;

/**
 * Looks at the head of a file before the HDF5 library does, which would only say that it cannot open it.
 *
 * @throws GTK_UNREADABLE, GTK_LFS_POINTER, GTK_NOT_HDF5, GTK_HDF5_DAMAGED for a file that is cut short
 * @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html (II.A. Disk Format: Superblock)
 */
export async function checkSignature(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const { size } = await handle.stat();
    const head = await readAt(handle, 0, magicBytes);
    for (let at = 0; at < size; at = at === 0 ? 512 : at * 2) {
      const block = at === 0 ? head : await readAt(handle, at, superblockBytes);
      if (block.subarray(0, signature.length).equals(signature)) return checkLength(path, block, size);
    }
    throw notHdf5(path, head);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await handle?.close();
  }
}

async function readAt(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}

/** The superblock tells where the file should end. */
function checkLength(path: string, superblock: Buffer, size: number): void {
  const version = superblock[8] ?? 0;
  const addresses = version === 0 ? 24 : version === 1 ? 28 : 12;
  if (superblock.length < addresses + 24) {
    throw gtkError('GTK_HDF5_DAMAGED', { path, place: 'its end', found: `${size} bytes in all` });
  }
  const addressBytes = superblock[version < 2 ? 13 : 9];
  const end = superblock.readBigUInt64LE(addresses + 16);
  if (addressBytes !== 8 || end <= BigInt(size)) return;
  const found = `the file has ${size} bytes, expected ${end}`;
  throw gtkError('GTK_HDF5_DAMAGED', { path, place: 'its end', found });
}

function notHdf5(path: string, head: Buffer): Error {
  const text = head.toString('latin1');
  if (text.startsWith(lfsPointer)) {
    const bytes = /^size (\d+)$/m.exec(text)?.[1] ?? 'an unknown number of';
    return gtkError('GTK_LFS_POINTER', { path, bytes });
  }
  return gtkError('GTK_NOT_HDF5', { path, found: describeHead(head) });
}

function describeHead(head: Buffer): string {
  if (head.length === 0) return 'an empty file';
  const format = textFormat(head);
  if (format === 'parquet') return 'Parquet data';
  if (format !== 'plain') return `${format === 'zstd' ? 'zstd' : 'gzip'} data`;
  const binary = binaryFormat(head);
  if (binary) return binary;
  const line = /^[\t\x20-\x7e]+/.exec(head.toString('latin1'))?.[0].slice(0, 40);
  if (line && line.length >= Math.min(4, head.length)) return `text that begins with ${JSON.stringify(line)}`;
  const hex = head.subarray(0, 8).toString('hex');
  return `bytes ${hex.replace(/..(?=.)/g, '$& ')}`;
}
