import { createGunzip, type Gunzip } from 'node:zlib';
import { type GtkError, gtkError } from '../../errors.js';

/**
 * Bytes given to the decompressor at a time: large enough that a step costs more than its call, small
 * enough that an error is found near its place, which zlib only tells to the step.
 */
const stepBytes = 1 << 18;

/**
 * The text of a gzip stream (RFC 1952): any number of members one after another, then, as gzip allows,
 * zero bytes as padding. CRC and length of every member are checked. Memory: the chunk under way and
 * up to 2 MiB of text.
 *
 * @param path for messages
 * @throws GTK_TRUNCATED, GTK_CORRUPT with the place in the compressed stream
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  path: string,
  chunkBytes = 1 << 20,
): AsyncGenerator<Uint8Array> {
  // Counting chunks instead of bytes hands them on as they are; else several would be copied together.
  const options = { chunkSize: chunkBytes, readableObjectMode: true, readableHighWaterMark: 2 };
  const stream = createGunzip(options);
  const inflater = new Inflater(stream, path);
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += stepBytes) {
        yield* inflater.push(chunk.subarray(at, at + stepBytes));
      }
    }
    yield* inflater.end();
  } finally {
    stream.destroy();
  }
}

/** Drives a zlib stream step by step, so that the place in the compressed bytes is always known. */
class Inflater {
  private given = 0;
  /** zlib met the end of the last member and takes nothing more. */
  private full = false;
  private error: (Error & { code?: string }) | undefined;
  private wake = () => {};

  constructor(
    private readonly stream: Gunzip,
    private readonly path: string,
  ) {
    stream.on('readable', () => this.wake());
    stream.on('end', () => this.wake());
    stream.on('error', (error) => {
      this.error = error;
      this.wake();
    });
  }

  async *push(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    const before = this.given;
    this.given += bytes.length;
    if (this.full) return this.expectPadding(bytes, before);
    let taken = false;
    this.stream.write(bytes, () => {
      taken = true;
      this.wake();
    });
    yield* this.until(() => taken);
    const consumed = this.stream.bytesWritten - before;
    if (consumed < bytes.length) {
      this.full = true;
      this.expectPadding(bytes.subarray(consumed), before + consumed);
    }
  }

  async *end(): AsyncGenerator<Uint8Array> {
    if (!this.full) this.stream.end();
    yield* this.until(() => this.stream.readableEnded);
  }

  /** Hands on what is inflated until the condition holds. */
  private async *until(condition: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      const text: Uint8Array | null = this.stream.read();
      if (text) yield text;
      else if (this.error) throw this.failure(this.error);
      else if (condition()) return;
      else await woken;
    }
  }

  private expectPadding(bytes: Uint8Array, offset: number): void {
    const at = bytes.findIndex((byte) => byte !== 0);
    if (at === -1) return;
    throw gtkError('GTK_CORRUPT', {
      path: this.path,
      format: 'gzip',
      place: `byte ${offset + at}`,
      found: 'bytes that belong to no gzip member, expected the end of the file',
    });
  }

  private failure(error: Error & { code?: string }): GtkError {
    const path = this.path;
    if (error.code === 'Z_BUF_ERROR') {
      return gtkError('GTK_TRUNCATED', { path, format: 'gzip', place: `byte ${this.given}` }, error);
    }
    const place = `bytes ${this.stream.bytesWritten} to ${this.given}`;
    return gtkError('GTK_CORRUPT', { path, format: 'gzip', place, found: error.message }, error);
  }
}
