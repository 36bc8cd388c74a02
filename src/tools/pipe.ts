/** Pipes between programs, made without a shell. */
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFifos } from './fifo.js';
import { requirePrograms } from './find.js';

/** File descriptors of both ends; they are closed on exec but where they are handed on. */
export interface Pipe {
  read: number;
  write: number;
}

/**
 * A pipe. What Node joins programs with is a pair of sockets: there, a writer whose reader ended with bytes still
 * unread meets a reset connection, fails like any program, and may even end before the reader. Here, SIGPIPE ends it.
 *
 * @param folder for its name, which is gone when this resolves
 * @throws GTK_MISSING_TOOL without mkfifo, GTK_NOT_WRITABLE
 */
export async function openPipe(folder: string): Promise<Pipe> {
  const { mkfifo } = requirePrograms(['mkfifo']);
  const own = mkdtempSync(path.join(folder, 'pipe-'));
  try {
    const fifo = path.join(own, 'fifo');
    await makeFifos(mkfifo, [fifo], new AbortController().signal);
    // To open one end would wait for the other: Linux lets one open both at once.
    const both = openSync(fifo, constants.O_RDWR);
    const pipe = { read: openSync(fifo, 'r'), write: openSync(fifo, 'w') };
    closeSync(both);
    return pipe;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
