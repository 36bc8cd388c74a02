/** Named pipes, through which bytes reach a program that asks for files. */
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gtkError } from '../errors.js';
import { runProgram } from './run-program.js';

/** Seconds that making pipes may take, which hangs on the disk. */
const MAKE_SECONDS = 60;

/**
 * Makes named pipes that only this user can open; their folder exists.
 *
 * @param mkfifo absolute path of coreutils' program
 * @throws GTK_NOT_WRITABLE, as on a file system that knows no pipes; the signal's reason
 */
export async function makeFifos(
  mkfifo: string,
  fifos: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const args = ['--mode=600', '--', ...fifos];
  const { status, output } = await runProgram({ program: mkfifo, args, signal, seconds: MAKE_SECONDS });
  if (status === 0) return;
  const reason = `no named pipe can be made there: ${output.trim() || 'mkfifo was ended'}`;
  throw gtkError('GTK_NOT_WRITABLE', { path: fifos[0]!, reason });
}

/** The writing end of a pipe that somebody reads. */
export class FifoWriter {
  readonly #socket: Socket;
  #isGone = false;

  constructor(fd: number) {
    this.#socket = new Socket({ fd, readable: false, writable: true });
    // A reader that ends before it was given everything is seen by the next write.
    this.#socket.on('error', () => {
      this.#isGone = true;
    });
  }

  /** Resolves once the pipe has taken all bytes, so that no more than these wait: false if they are lost. */
  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#isGone) return false;
    await new Promise<void>((resolve) => {
      this.#socket.write(bytes, (error) => {
        if (error) this.#isGone = true;
        resolve();
      });
    });
    return !this.#isGone;
  }

  /** The reader comes to the end of what was written; a write that waits ends without its effect. */
  close(): void {
    this.#isGone = true;
    this.#socket.destroy();
  }
}

/** How often it is looked whether somebody reads, in milliseconds. */
const LOOK_MS = 10;

/**
 * Opens a named pipe for writing once a program has opened it for reading. A plain open would hold one of
 * libuv's few threads until then, and could not be given up.
 *
 * @throws the signal's reason; what open(2) says
 */
export async function openFifoForWriting(fifo: string, signal: AbortSignal): Promise<FifoWriter> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return new FifoWriter(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
