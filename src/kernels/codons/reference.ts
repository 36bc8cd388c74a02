import { readSync } from 'node:fs';
import { requireInteger, requireLimit } from '../arguments.js';
import { endOfFileError } from '../end-of-file.js';
import { RecordTally } from './record-tally.js';
import type { CodonBatch, CodonCounter, CodonKernel, CounterOptions, TextProblem } from './types.js';

/** The codon kernel in TypeScript: what the native one must agree with. */
export const referenceCodons: CodonKernel = {
  name: 'reference',
  counter: (options) => new ReferenceCounter(options),
};

const READ_BYTES = 128 * 1024;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const LF = 0x0a;
const CR = 0x0d;
const GREATER = 0x3e;
const SEMICOLON = 0x3b;

/** Where in the text the next byte stands. */
type State = 'text start' | 'line start' | 'sequence' | 'header' | 'header CR' | 'comment';

class ReferenceCounter implements CodonCounter {
  problem: TextProblem | undefined;
  #state: State = 'text start';
  #offset = 0;
  /** Bytes of a byte order mark read so far. */
  #mark = 0;
  #buffer: Buffer | undefined;
  readonly #tally: RecordTally;

  constructor(options: CounterOptions) {
    this.#tally = new RecordTally(options);
  }

  push(bytes: Uint8Array, limit: number): number {
    requireLimit(limit);
    const before = this.#offset;
    for (let i = 0; i < bytes.length && !this.problem; ) {
      if (this.#state === 'line start' && bytes[i] === GREATER && this.#tally.sequences >= limit) return i;
      if (this.#read(bytes[i]!)) {
        i++;
        this.#offset++;
      }
    }
    if (!this.problem) return bytes.length;
    // A problem may lie at the end of the bytes pushed before.
    this.#offset = this.problem.offset;
    return Math.max(0, this.#offset - before);
  }

  pushFile(fd: number, start: number, end: number, limit: number): number {
    requireInteger(start, 'start');
    requireInteger(end, 'end');
    const before = this.#offset;
    this.#buffer ??= Buffer.allocUnsafe(READ_BYTES);
    let at = start;
    while (at < end) {
      const wanted = Math.min(READ_BYTES, end - at);
      const got = readSync(fd, this.#buffer, 0, wanted, at);
      if (got === 0) throw endOfFileError(at, end);
      const read = this.push(this.#buffer.subarray(0, got), limit);
      at += read;
      if (read < got) break;
    }
    return this.problem ? start + Math.max(0, this.problem.offset - before) : at;
  }

  take(): CodonBatch {
    this.#state = 'text start';
    this.#mark = 0;
    return this.#tally.take();
  }

  /** Reads one byte; false if only the state has changed, and the byte is to be read again in the new one. */
  #read(byte: number): boolean {
    switch (this.#state) {
      case 'text start':
        return this.#readMark(byte);
      case 'line start':
        if (byte === GREATER) this.#tally.begin();
        this.#state = byte === GREATER ? 'header' : byte === SEMICOLON ? 'comment' : 'sequence';
        return this.#state !== 'sequence';
      case 'header':
        if (byte === LF) this.#state = 'line start';
        else if (byte === CR) this.#state = 'header CR';
        else this.#tally.header(byte);
        return true;
      case 'header CR':
        if (byte !== LF) return this.#stop('cr-only', CR, this.#offset - 1);
        this.#state = 'line start';
        return true;
      case 'comment':
        if (byte === LF) this.#state = 'line start';
        return true;
      case 'sequence':
        return this.#readSequence(byte);
    }
  }

  #readMark(byte: number): boolean {
    if (byte === BYTE_ORDER_MARK[this.#mark]) {
      this.#mark++;
      if (this.#mark === BYTE_ORDER_MARK.length) this.#state = 'line start';
      return true;
    }
    if (this.#mark > 0) return this.#stop('no-header', BYTE_ORDER_MARK[0], this.#offset - this.#mark);
    this.#state = 'line start';
    return false;
  }

  #readSequence(byte: number): boolean {
    if (byte === LF) this.#state = 'line start';
    else if (!isWhite(byte)) {
      if (!this.#tally.open) return this.#stop('no-header', byte, this.#offset);
      if (byte < 0x20 || byte > 0x7e) return this.#stop('binary', byte, this.#offset);
      this.#tally.residue(byte);
    }
    return true;
  }

  #stop(kind: TextProblem['kind'], byte: number, offset: number): false {
    this.problem = { kind, offset, byte };
    return false;
  }
}

/** Tab, LF, VT, FF, CR, space. */
function isWhite(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
