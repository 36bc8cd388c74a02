/** Files to upload, as the hub identifies their content. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { gtkError } from '../../errors.js';
import { fileChunks, unreadable } from '../../formats/compression/file-chunks.js';

/** A file and its place in the repository. */
export interface HubFile {
  /** In the repository: 'train/chunk_0000.parquet', 'README.md'. */
  path: string;
  /** Local path. */
  file: string;
}

/** A file with what the hub asks about it. */
export interface LocalFile extends HubFile {
  bytes: number;
  /** In hexadecimal: the name of its content in the large file storage. */
  sha256: string;
}

/** Bytes from the front of a file by which the hub tells text from binary. */
const SAMPLE_BYTES = 512;

/** Reads a file once for its size and checksum. Throws GTK_UNREADABLE. */
export async function describeFile(file: HubFile, signal: AbortSignal): Promise<LocalFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of fileChunks(file.file, { signal })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { ...file, bytes, sha256: hash.digest('hex') };
}

/** The name git gives to the content of a file: SHA-1 over `blob`, the size and the bytes. Throws GTK_UNREADABLE. */
export async function gitBlobId({ file, bytes }: LocalFile, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha1').update(`blob ${bytes}\0`);
  for await (const chunk of fileChunks(file, { signal })) hash.update(chunk);
  return hash.digest('hex');
}

/** The first bytes of a file. Throws GTK_UNREADABLE. */
export async function sampleOf({ file, bytes }: LocalFile): Promise<Buffer> {
  return readFront(file, Math.min(bytes, SAMPLE_BYTES));
}

/** The whole of a small file. Throws GTK_UNREADABLE, also if it is no longer the one that was described. */
export async function contentOf({ file, bytes, sha256 }: LocalFile): Promise<Buffer> {
  const content = await readFront(file, bytes);
  if (createHash('sha256').update(content).digest('hex') === sha256) return content;
  throw gtkError('GTK_UNREADABLE', { path: file, reason: 'it changed while it was uploaded' });
}

async function readFront(file: string, bytes: number): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}
