/** A file that is read while it is still written. */
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1 << 18;

export class GrowingFile {
  #available = 0;
  #state: 'grows' | 'ended' | 'dropped' = 'grows';
  #wake = () => {};

  constructor(private readonly file: string) {}

  /** So many bytes are there now. */
  grewTo(bytes: number): void {
    this.#available = bytes;
    this.#wake();
  }

  /** All bytes are there. */
  end(): void {
    this.#state = 'ended';
    this.#wake();
  }

  /** Nobody wants it any more: {@link chunks} ends with an error. */
  drop(): void {
    this.#state = 'dropped';
    this.#wake();
  }

  /** Its bytes, as they come. A chunk is valid until the next one is asked for. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    let fd: number | undefined;
    let at = 0;
    try {
      for (;;) {
        if (this.#state === 'dropped') throw new Error('the upload was given up');
        if (at < this.#available) {
          fd ??= openSync(this.file, 'r');
          const read = readSync(fd, buffer, 0, Math.min(CHUNK_BYTES, this.#available - at), at);
          if (read === 0) throw new Error('the file became shorter');
          at += read;
          yield buffer.subarray(0, read);
        } else if (this.#state === 'ended') {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }
}
