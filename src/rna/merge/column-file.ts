/** A table on its way from columns to rows: an interim file of doubles, column after column. */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { gtkError } from '../../errors.js';

/**
 * Holds columns of equal length outside memory, 8 bytes a value. The file has no name once it is open, so
 * that nothing is left of it whatever happens.
 */
export class ColumnFile {
  readonly #fd: number;
  #columns = 0;

  /** @throws GTK_NOT_WRITABLE, as do all other calls */
  constructor(
    private readonly file: string,
    readonly rows: number,
  ) {
    this.#fd = this.#attempt(() => {
      const fd = openSync(file, 'wx+');
      rmSync(file);
      return fd;
    });
  }

  append(column: Float64Array): void {
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    const start = this.#columns * this.rows * 8;
    this.#attempt(() => {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#fd, bytes, done, bytes.length - done, start + done);
    });
    this.#columns += 1;
  }

  /** Rows from `start` of one column, as many as `into` has room for. */
  read(column: number, start: number, into: Float64Array): void {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    const from = (column * this.rows + start) * 8;
    this.#attempt(() => {
      for (let done = 0; done < bytes.length; ) {
        const read = readSync(this.#fd, bytes, done, bytes.length - done, from + done);
        if (read === 0) throw new Error(`it ends before column ${column}, row ${start}`);
        done += read;
      }
    });
  }

  close(): void {
    closeSync(this.#fd);
  }

  #attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw gtkError('GTK_NOT_WRITABLE', { path: this.file, reason: (error as Error).message }, error);
    }
  }
}
