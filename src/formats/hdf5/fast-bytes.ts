import { readSync } from 'node:fs';

/** What the fast way cannot read, or found odd: the library may read it, or will say what is wrong. */
export class NotFast extends Error {}

/** @throws NotFast unless `holds` */
export function need(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new NotFast(otherwise);
}

/** An open file, read within its bounds. */
export class FastBytes {
  readonly #fd: number;
  /** Bytes in all. */
  readonly length: number;

  constructor(fd: number, length: number) {
    this.#fd = fd;
    this.length = length;
  }

  /** @throws NotFast unless all of it lies in the file */
  needWithin(at: number, length: number): void {
    need(at >= 0 && length >= 0 && at + length <= this.length, `bytes ${at} and ${length} more of the file`);
  }

  /** @throws NotFast where the file ends before; what reading a file throws */
  read(at: number, length: number): Buffer {
    this.needWithin(at, length);
    const bytes = Buffer.allocUnsafe(length);
    this.readInto(at, bytes);
    return bytes;
  }

  /** Fills `bytes`; throws as `read` does. */
  readInto(at: number, bytes: Uint8Array): void {
    this.needWithin(at, bytes.length);
    for (let done = 0; done < bytes.length; ) {
      const got = readSync(this.#fd, bytes, done, bytes.length - done, at + done);
      need(got > 0, `the end of the file at byte ${at + done}`);
      done += got;
    }
  }
}

/** An address or a size of 64 bits; Infinity where it is none that a file could have. */
export function readSize(bytes: Buffer, at: number): number {
  const high = bytes.readUInt32LE(at + 4);
  return high < 2 ** 21 ? high * 2 ** 32 + bytes.readUInt32LE(at) : Number.POSITIVE_INFINITY;
}
