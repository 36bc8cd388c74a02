/** How many threads a quantification gets. */
import type { Release, Slots } from '../slots.js';

/**
 * Runs whose reads are there and which are not yet being quantified. Several at once on a thread each take
 * less time than one after the other on all threads (kallisto 0.48 on two processors: half the time for runs
 * of 8,000 pairs, 0.86 of it for 150,000), so a run gets more than its part of the processors only where
 * nobody else wants them.
 */
export class Crowd {
  readonly #runs = new Set<string>();

  constructor(private readonly processors: Slots) {}

  join(run: string): void {
    this.#runs.add(run);
  }

  leave(run: string): void {
    this.#runs.delete(run);
  }

  /** Waits for a processor, and takes as many more as are free and not wanted by others. */
  async take(run: string, signal: AbortSignal): Promise<{ threads: number; release: Release }> {
    this.join(run);
    try {
      const first = await this.processors.take(1, signal);
      this.leave(run);
      const free = this.processors.total - this.processors.used;
      const more = this.processors.takeFree(Math.floor((free + 1) / (this.#runs.size + 1)) - 1);
      const release = () => {
        first();
        more.release();
      };
      return { threads: 1 + more.slots, release };
    } finally {
      this.leave(run);
    }
  }
}
