import { type FileHandle, open } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { unreadable } from '../compression/file-chunks.js';

/** A file that is read at any place. */
export interface SeekableFile extends AsyncBuffer {
  slice(start: number, end?: number): Promise<ArrayBuffer>;
  close(): Promise<void>;
}

/**
 * Opens a file to be read at any place.
 *
 * @throws GTK_UNREADABLE; `slice` throws an Error if the file ends before what is asked for
 */
export async function openSeekable(path: string): Promise<SeekableFile> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const { size } = await handle.stat();
    return seekable(path, handle, size);
  } catch (error) {
    await handle?.close();
    throw unreadable(path, error);
  }
}

function seekable(path: string, handle: FileHandle, size: number): SeekableFile {
  return {
    byteLength: size,
    async slice(start, end = size) {
      if (!(start >= 0 && start <= end && end <= size)) {
        throw new Error(`bytes ${start} to ${end} lie outside the file of ${size}`);
      }
      const buffer = new ArrayBuffer(end - start);
      for (let at = 0; at < buffer.byteLength; ) {
        const left = new Uint8Array(buffer, at);
        const { bytesRead } = await handle.read(left, 0, left.length, start + at).catch((error) => {
          throw unreadable(path, error);
        });
        if (bytesRead === 0) throw new Error(`it ends at byte ${start + at}`);
        at += bytesRead;
      }
      return buffer;
    },
    close: () => handle.close(),
  };
}
