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
      writeSync(this.#fd, kept);
      if (this.#left === 0) writeSync(this.#fd, '\n(the log is cut off here)\n');
    } catch {
      // A log on a full disk must not end the work.
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
