/** The log of one try of a step: bounded, for a program may print without end. */
import { closeSync, openSync, writeSync } from 'node:fs';

/** Bytes of a log that are kept. */
const LOG_BYTES = 64 << 20;

export class LogFile {
  readonly #fd: number;
  #left = LOG_BYTES;

  constructor(file: string) {
    this.#fd = openSync(file, 'a');
  }

  write(text: Uint8Array): void {
    if (this.#left <= 0) return;
    const kept = text.subarray(0, this.#left);
    this.#left -= kept.length;
    try {
      writeSync(this.#fd, kept.map(harmless));
      if (this.#left === 0) writeSync(this.#fd, '\n(the log is cut off here)\n');
    } catch {
      // A log on a full disk must not end the work.
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

const QUESTION_MARK = 0x3f;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;

/** Whoever shows a log in a terminal must not have it steered from there; programs that draw bars end them with CR. */
function harmless(byte: number): number {
  if (byte === CR) return LF;
  return (byte < 0x20 && byte !== TAB && byte !== LF) || byte === 0x7f ? QUESTION_MARK : byte;
}
