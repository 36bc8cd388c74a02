/**
 * Whether an index of kallisto is whole. kallisto breaks down on one that is cut off early, and on one that lacks
 * only its end it quantifies without a word (0.48), so every part is walked through.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What is wrong with an index. */
export class BadIndex extends Error {}

const KMER_BYTES = 20;
const TARGET_OF_CONTIG_BYTES = 9;

/** The format that is known here, which is that of kallisto 0.48. */
const KNOWN_FORMAT = 10;

/**
 * Walks through an index to its very end, k-mers left out; one of another format is only seen to have a head.
 * Numbers are little-endian, in the order of KmerIndex::write.
 *
 * @throws BadIndex if it is cut off, holds nothing, or goes on behind its end; system errors
 */
export function walkKallistoIndex(file: string): void {
  const walk = new Walk(file);
  try {
    if (walk.long() !== KNOWN_FORMAT) return;
    walk.skip(4);
    const targets = walk.int();
    walk.skip(4 * targets);
    const kmers = walk.long();
    walk.skip(KMER_BYTES * kmers);
    for (let left = walk.long(); left > 0; left -= 1) {
      walk.skip(4);
      walk.skip(4 * walk.long());
    }
    for (let left = targets; left > 0; left -= 1) walk.skip(walk.long());
    const contigs = walk.long();
    for (let left = contigs; left > 0; left -= 1) {
      walk.skip(8);
      walk.skip(walk.long());
      walk.skip(TARGET_OF_CONTIG_BYTES * walk.long());
    }
    walk.skip(4 * contigs);
    walk.expectEnd();
    if (kmers === 0) throw new BadIndex(`${file} holds no k-mers`);
  } finally {
    walk.close();
  }
}

/** A place in a file that moves on. */
class Walk {
  readonly #fd: number;
  readonly #bytes: number;
  readonly #buffer = Buffer.allocUnsafe(1 << 18);
  /** Place in the file of the buffer's first byte, and of the next number. */
  #bufferAt = 0;
  #buffered = 0;
  #at = 0;

  constructor(private readonly file: string) {
    this.#fd = openSync(file, 'r');
    this.#bytes = fstatSync(this.#fd).size;
  }

  int(): number {
    const value = this.#buffer.readUInt32LE(this.#need(4));
    this.#at += 4;
    return value;
  }

  long(): number {
    const place = this.#need(8);
    this.#at += 8;
    return this.#buffer.readUInt32LE(place) + this.#buffer.readUInt32LE(place + 4) * 2 ** 32;
  }

  skip(bytes: number): void {
    if (this.#at + bytes > this.#bytes) throw this.#cut();
    this.#at += bytes;
  }

  expectEnd(): void {
    if (this.#at === this.#bytes) return;
    throw new BadIndex(`${this.file} goes on for ${this.#bytes - this.#at} bytes behind its end`);
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Reads on until so many bytes from here are in the buffer; returns their place in it. */
  #need(bytes: number): number {
    if (this.#at + bytes > this.#bytes) throw this.#cut();
    if (this.#at < this.#bufferAt || this.#at + bytes > this.#bufferAt + this.#buffered) {
      this.#bufferAt = this.#at;
      this.#buffered = readSync(this.#fd, this.#buffer, 0, this.#buffer.length, this.#at);
      if (this.#buffered < bytes) throw this.#cut();
    }
    return this.#at - this.#bufferAt;
  }

  #cut(): BadIndex {
    return new BadIndex(`${this.file} is cut off or damaged: it has ${this.#bytes} bytes, expected more`);
  }
}
