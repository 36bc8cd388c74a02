/** The journal: every event as one JSON line, appended as it happens. */
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../engine/folders.js';
import { gtkError } from '../errors.js';
import type { JournalLine, RnaEvent } from './events.js';

/** Appends to a journal. A disk that is full loses lines, never the work: results tell what is done. */
export class Journal<E extends object = RnaEvent> {
  readonly #fd: number;

  /** @throws GTK_NOT_WRITABLE */
  constructor(readonly file: string) {
    this.#fd = openForLines(file);
  }

  append(event: E): void {
    try {
      writeSync(this.#fd, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
    } catch {
      // The next start finds out from the disk what this line would have told.
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/**
 * Opens a file of lines to append to, in a folder that is made if need be.
 *
 * @throws GTK_NOT_WRITABLE
 */
export function openForLines(file: string): number {
  makeFolder(path.dirname(file));
  try {
    const fd = openSync(file, 'a');
    // A line that a kill or a full disk cut off must not swallow the next one.
    if (!endsInNewline(file)) writeSync(fd, '\n');
    return fd;
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path: file, reason: (error as Error).message }, error);
  }
}

function endsInNewline(file: string): boolean {
  const { size } = statSync(file);
  if (size === 0) return true;
  const fd = openSync(file, 'r');
  try {
    const last = Buffer.alloc(1);
    readSync(fd, last, 0, 1, size - 1);
    return last[0] === 0x0a;
  } finally {
    closeSync(fd);
  }
}

/** Lines of a journal from the first; those that are damaged are left out. None if there is no journal. */
export function* readJournal(file: string): Generator<JournalLine> {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return;
  }
  try {
    const buffer = Buffer.allocUnsafe(1 << 20);
    let rest = '';
    const decoder = new TextDecoder();
    for (;;) {
      const read = readSync(fd, buffer, 0, buffer.length, null);
      const lines = (rest + decoder.decode(buffer.subarray(0, read), { stream: read > 0 })).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const parsed = parseLine(line);
        if (parsed) yield parsed;
      }
      if (read === 0) return;
    }
  } finally {
    closeSync(fd);
  }
}

function parseLine(line: string): JournalLine | undefined {
  try {
    const parsed = JSON.parse(line) as JournalLine;
    return typeof parsed?.type === 'string' ? parsed : undefined;
  } catch {
    return undefined;
  }
}
