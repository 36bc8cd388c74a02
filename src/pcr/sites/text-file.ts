/** Writing large text files front to back. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { gtkError } from '../../errors.js';

const ROOM = 1 << 18;
/** Length of a short field. */
const SHORT = 64;
const [TAB, LF, ZERO] = [9, 10, 48];

/** A text file that is written through one buffer, field by field. */
export class TextFile {
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafeSlow(ROOM);
  #used = 0;

  /** Creates the file, or empties it. Throws GTK_NOT_WRITABLE, as do the other methods. */
  constructor(readonly path: string) {
    this.#fd = attempt(path, () => openSync(path, 'w'));
  }

  text(text: string): this {
    if (text.length <= SHORT && this.#ascii(text)) return this;
    const bytes = Buffer.from(text);
    return this.bytes(bytes, 0, bytes.length);
  }

  /** Short fields are copied faster one by one than by a call. False for other letters than those of ASCII. */
  #ascii(text: string): boolean {
    this.#makeRoom(SHORT);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return false;
      this.#buffer[this.#used + i] = code;
    }
    this.#used += text.length;
    return true;
  }

  bytes(source: Uint8Array, start = 0, end = source.length): this {
    for (let at = start; at < end; ) {
      this.#makeRoom(Math.min(end - at, ROOM));
      const part = Math.min(end - at, ROOM - this.#used);
      if (part > SHORT) this.#buffer.set(source.subarray(at, at + part), this.#used);
      else for (let i = 0; i < part; i++) this.#buffer[this.#used + i] = source[at + i]!;
      this.#used += part;
      at += part;
    }
    return this;
  }

  /** A whole number from 0 on, of less than 16 digits. */
  integer(value: number): this {
    this.#makeRoom(16);
    let rest = value;
    let digits = 1;
    for (let limit = 10; rest >= limit; limit *= 10) digits++;
    for (let i = this.#used + digits - 1; i >= this.#used; i--) {
      const tens = Math.floor(rest / 10);
      this.#buffer[i] = ZERO + rest - 10 * tens;
      rest = tens;
    }
    this.#used += digits;
    return this;
  }

  tab(): this {
    return this.#byte(TAB);
  }

  line(): this {
    return this.#byte(LF);
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#fd);
    }
  }

  #byte(byte: number): this {
    this.#makeRoom(1);
    this.#buffer[this.#used++] = byte;
    return this;
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes > ROOM) this.#flush();
  }

  #flush(): void {
    attempt(this.path, () => {
      for (let at = 0; at < this.#used; ) at += writeSync(this.#fd, this.#buffer, at, this.#used - at);
    });
    this.#used = 0;
  }
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path, reason: (error as Error).message }, error);
  }
}
