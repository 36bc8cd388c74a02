import { type FileHandle, open } from 'node:fs/promises';
import { gtkError } from '../../errors.js';

/** How a file is read. */
export interface FileChunksOptions {
  /** Bytes to skip at the beginning; only for files that can be sought in. Default 0. */
  start?: number;
  /** Bytes a chunk at most. Default 1 MiB. */
  chunkBytes?: number;
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * The bytes of a file, FIFO or character device, front to back, each chunk in memory of its own. One
 * chunk of a regular file is read ahead while the last one is used. The file is open from the first
 * chunk asked for until the end, an error or an early exit.
 *
 * @throws GTK_UNREADABLE
 */
export async function* fileChunks(path: string, options: FileChunksOptions = {}): AsyncGenerator<Uint8Array> {
  const { start = 0, chunkBytes = 1 << 20, signal } = options;
  signal?.throwIfAborted();
  const handle = await open(path, 'r').catch((cause) => {
    throw unreadable(path, cause);
  });
  let ahead: Promise<Uint8Array> | undefined;
  try {
    // A read from a silent pipe cannot be taken back: reading ahead there would hold up an early exit.
    const readAhead = (await handle.stat()).isFile();
    let position = readAhead ? start : null;
    for (;;) {
      signal?.throwIfAborted();
      const chunk = await (ahead ?? read(handle, position, chunkBytes));
      if (chunk.length === 0) return;
      if (position !== null) position += chunk.length;
      if (readAhead) {
        ahead = read(handle, position, chunkBytes);
        ahead.catch(() => {});
      }
      yield chunk;
    }
  } catch (thrown) {
    throw isSystemError(thrown) ? unreadable(path, thrown) : thrown;
  } finally {
    await ahead?.catch(() => {});
    await handle.close();
  }
}

async function read(handle: FileHandle, position: number | null, bytes: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}

/** True for what the operating system reports: no such file, no permission, a bad disk… */
export function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'syscall' in thrown && 'errno' in thrown;
}

/** GTK_UNREADABLE for what the operating system reported about that path. */
export function unreadable(path: string, cause: unknown): Error {
  if (!isSystemError(cause)) return cause as Error;
  return gtkError('GTK_UNREADABLE', { path, reason: reasons[cause.code ?? ''] ?? cause.message }, cause);
}

const reasons: Record<string, string> = {
  ENOENT: 'it is gone',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports an error (EIO)',
  EMFILE: 'too many files are open (EMFILE)',
  ELOOP: 'its symbolic links go in a circle',
  ENAMETOOLONG: 'its name is too long',
};
