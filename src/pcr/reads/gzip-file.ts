/** Writes a gzip file piece by piece; the compression runs beside the calling thread. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { gtkError } from '../../errors.js';

/** A third of the time of zlib's own choice, 6, for some more bytes. */
const LEVEL = 3;

export class GzipFile {
  readonly #gzip = createGzip({ level: LEVEL, chunkSize: 1 << 18 });
  readonly #written: Promise<void>;

  /** @param path absolute; a file there is written over */
  constructor(path: string) {
    this.#written = pipeline(this.#gzip, createWriteStream(path)).catch((error: Error) => {
      throw gtkError('GTK_NOT_WRITABLE', { path, reason: error.message }, error);
    });
    // Whoever writes or ends hears of it.
    this.#written.catch(() => {});
  }

  /** Resolves when more can be taken. Throws GTK_NOT_WRITABLE. */
  async write(text: Uint8Array): Promise<void> {
    if (this.#gzip.write(text)) return;
    await Promise.race([once(this.#gzip, 'drain').catch(() => this.#written), this.#written]);
  }

  /** Resolves when all is written. Throws GTK_NOT_WRITABLE. */
  async end(): Promise<void> {
    this.#gzip.end();
    await this.#written;
  }
}
