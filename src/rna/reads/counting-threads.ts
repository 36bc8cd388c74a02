/** The threads that count reads. */
import { statSync } from 'node:fs';
import type { WorkerPool } from '../../engine/pool.js';
import { Slots } from '../slots.js';
import { type CountedFile, countReads } from './count-reads.js';

/** Compressed bytes up to which asking another thread, which may have to start, costs more than counting. */
const SMALL_BYTES = 1 << 20;

/** None is started before there is something to count. */
export class CountingThreads {
  /** The pool would start a thread for every file; whoever asks may hold processors, so these are counted apart. */
  readonly #slots: Slots;
  #pool: Promise<WorkerPool> | undefined;

  constructor(threads: number) {
    this.#slots = new Slots(threads);
  }

  /**
   * Counts the reads of a file.
   *
   * @throws GTK_UNREADABLE; the signal's reason
   */
  async count(file: string, signal: AbortSignal): Promise<CountedFile> {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= SMALL_BYTES) return countReads({ file });
    const release = await this.#slots.take(1, signal);
    try {
      this.#pool ??= import('../../engine/pool.js').then(({ WorkerPool }) => new WorkerPool('rna'));
      return await (await this.#pool).runPiece<CountedFile>('countReads', { file });
    } finally {
      release();
    }
  }

  /** Ends them at once. */
  async end(): Promise<void> {
    await (await this.#pool)?.destroy();
  }
}
