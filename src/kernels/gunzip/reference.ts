/** Inflating gzip with node's zlib, on node's own threads: what the native kernel must agree with. */
import { createGunzip, type Gunzip } from 'node:zlib';
import { CUT_SHORT, gunzipError, TRAILING } from './error.js';
import type { GunzipError, GunzipKernel } from './types.js';

/**
 * Bytes given to the decompressor at a time: large enough that a step costs more than its call, small
 * enough that an error is found near its place, which zlib only tells to the step.
 */
const stepBytes = 1 << 18;

/** The kernel; its chunks of text are `chunkBytes` at most, each in memory of its own, and three at once. */
export function referenceGunzip(chunkBytes = 1 << 20): GunzipKernel {
  return { name: 'reference', gunzip: (source) => gunzip(source, chunkBytes) };
}

async function* gunzip(source: AsyncIterable<Uint8Array>, chunkBytes: number): AsyncGenerator<Uint8Array> {
  // Counting chunks instead of bytes hands them on as they are; else several would be copied together.
  const options = { chunkSize: chunkBytes, readableObjectMode: true, readableHighWaterMark: 2 };
  const stream = createGunzip(options);
  const inflater = new Inflater(stream);
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

  constructor(private readonly stream: Gunzip) {
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
    throw gunzipError(TRAILING, `byte ${offset + at}`);
  }

  private failure(error: Error & { code?: string }): GunzipError {
    if (error.code === 'Z_BUF_ERROR') return gunzipError(CUT_SHORT, `byte ${this.given}`, true, error);
    return gunzipError(error.message, `bytes ${this.stream.bytesWritten} to ${this.given}`, false, error);
  }
}
