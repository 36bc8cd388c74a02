/** What a run of gtk is doing right now, from its events: for the progress bar and the time line of the disk. */
import path from 'node:path';
import { bytesBelow } from '../../tools/watch.js';
import { freeBytes } from '../disk.js';
import type { ActiveState, RnaEvent, RnaListener } from '../events.js';
import type { Layout } from '../layout.js';
import { shownBytes } from '../print.js';

/** How often the disk is looked at. */
const LOOK_MS = 2000;
/** Rates are those of the last seconds. */
const RATE_MS = 5000;

/** Follows the runs of any number of species. */
export class WorkWatch {
  readonly #active = new Map<string, { layout: Layout; state: ActiveState }>();
  readonly #ended = new Map<string, number>();
  /** Species whose indices are being built. */
  readonly #indexing = new Set<string>();
  #bytes: { at: number; total: number }[] = [];
  /** Bytes that came from the network. */
  received = 0;
  total = 0;

  /** The listener for one species. */
  listener(layout: Layout): RnaListener {
    return (event: RnaEvent) => {
      if (event.type === 'state') this.#active.set(event.run, { layout, state: event.state });
      if (event.type === 'index') {
        if (event.state === 'started') this.#indexing.add(event.species);
        else this.#indexing.delete(event.species);
      }
      if (event.type !== 'end') return;
      const { run, state } = event.record;
      this.#active.delete(run);
      this.#ended.set(state, (this.#ended.get(state) ?? 0) + 1);
    };
  }

  count(...states: string[]): number {
    const active = [...this.#active.values()].filter(({ state }) => states.includes(state)).length;
    return active + states.reduce((sum, state) => sum + (this.#ended.get(state) ?? 0), 0);
  }

  /** Runs that are done with, one way or another. */
  get ended(): number {
    return [...this.#ended.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Bytes a second of late. */
  get rate(): number {
    const now = performance.now();
    this.#bytes = [...this.#bytes.filter(({ at }) => now - at < RATE_MS), { at: now, total: this.received }];
    const first = this.#bytes[0]!;
    return now > first.at ? ((this.received - first.total) / (now - first.at)) * 1000 : 0;
  }

  /** Bytes of the reads of all runs that are being worked on. */
  bytesOfReads(layout: Layout): number {
    const runs = [...this.#active].filter(([, active]) => active.layout === layout);
    return runs.reduce((sum, [run]) => sum + bytesBelow(layout.runFolder(run)), 0);
  }

  /** Tells of a species' disk now and then until the returned function is called, which tells once more. */
  tellOfDisk(layout: Layout, tell: RnaListener): () => void {
    const look = () =>
      tell({
        type: 'disk',
        free: freeBytes(path.dirname(layout.runFolder('run'))),
        reads: this.bytesOfReads(layout),
        downloading: this.count('downloading'),
        quantifying: this.count('quantifying'),
      });
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
      look();
    };
  }

  /** One line about it all. */
  words(folder: string): string {
    const parts = [
      [this.#indexing.size, 'indexing'],
      [this.count('failed'), 'failed'],
      [this.count('downloading'), 'downloading'],
      [this.count('extracting', 'filtering'), 'extracting'],
      [this.count('quantifying'), 'quantifying'],
    ] as const;
    return [
      ...parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])),
      `${shownBytes(this.rate)}/s`,
      `${shownBytes(freeBytes(folder))} free`,
    ].join(' | ');
  }
}
