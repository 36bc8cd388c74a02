/** Free space, and promises on it: nothing is fetched or unpacked that will not fit. */
import { statfsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { existing } from '../engine/folders.js';
import { gtkError } from '../errors.js';
import { SampleFailure, type Stage } from './failure.js';
import { shownBytes } from './print.js';
import type { Sample } from './sample.js';
import type { Release } from './slots.js';

export const GIGABYTE = 2 ** 30;

/**
 * Bytes that the user may still write on the disk of a folder, which need not exist yet.
 *
 * @throws GTK_NOT_WRITABLE where the system does not tell
 */
export function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(existing(folder));
    return bavail * bsize;
  } catch (error) {
    const reason = `its free space cannot be measured: ${(error as Error).message}`;
    throw gtkError('GTK_NOT_WRITABLE', { path: folder, reason }, error);
  }
}

/** Bytes that the reads of a run may take on disk at once; 0 where nothing tells. */
export function bytesOf({ archive, size = 0, totalBases = 0 }: Sample): number {
  const fastq = archive?.files.reduce((sum, { bytes = 0 }) => sum + bytes, 0) ?? 0;
  if (fastq > 0) return Math.round(fastq * 1.1);
  // An archive beside what it is unpacked to.
  return Math.round(size * 1.1 + totalBases * 2.4);
}

/** Bytes of disk that fasterq-dump takes for a base, with its scratch files, beside the archive. */
export const UNPACKING_BYTES_PER_BASE = 6;

/** Bytes that an archive of a run and its unpacking take together, as far as the metadata tell. */
export function unpackingBytes({ size = 0, totalBases, totalSpots, spotLength }: Sample): number {
  return Math.round(size * 1.1 + (totalBases ?? totalSpots * spotLength) * UNPACKING_BYTES_PER_BASE);
}

/** How much of a disk all species together were promised, and who works there. */
export class DiskUse {
  promised = 0;
  /** Runs whose reads are on the disk, and which work: sooner or later they free some. */
  working = 0;
  /** Archives that wait for space to be unpacked. */
  unpacking = 0;
}

/** Gives the use of the disk that a folder lies on, which need not exist yet: one for all folders of that disk. */
export function diskUses(): (folder: string) => DiskUse {
  const uses = new Map<number, DiskUse>();
  return (folder) => {
    const { dev } = statSync(existing(folder));
    const use = uses.get(dev) ?? new DiskUse();
    uses.set(dev, use);
    return use;
  };
}

/** What is promised of one disk. */
export interface DiskRules {
  folder: string;
  /** Shared by all who write to the same disk. Default its own. */
  use?: DiskUse;
  /** Bytes that are to stay free. */
  floor: number;
  /** Whoever waited for space begins only when so many bytes more are free. */
  margin: number;
  /** How often whoever waits looks again, in milliseconds. Default half a second. */
  lookMs?: number;
  /** Called when a promise has to wait, to delete what may be deleted. */
  onLow?: () => void;
}

/** How often free space is looked at by whoever waits for it. */
const LOOK_MS = 500;

/**
 * Promises on the space of one disk. A promise counts in full until the bytes it is for have been written or
 * given up, so that what is written meanwhile counts twice: that errs towards the safe side.
 */
export class DiskPromises {
  readonly #use: DiskUse;

  constructor(private readonly rules: DiskRules) {
    this.#use = rules.use ?? new DiskUse();
  }

  /** Bytes free, less those promised. */
  get projected(): number {
    return freeBytes(this.rules.folder) - this.#use.promised;
  }

  /** Reads are on the disk, or come, until the returned function is called. */
  hold(): Release {
    this.#use.working += 1;
    return once(() => {
      this.#use.working -= 1;
    });
  }

  /** Waits for something else with nothing on the disk. Whoever does has called {@link hold} before. */
  async without<T>(wait: () => Promise<T>): Promise<T> {
    this.#use.working -= 1;
    try {
      return await wait();
    } finally {
      this.#use.working += 1;
    }
  }

  /**
   * Waits until so many bytes are free beside all other promises, as long as another run works that will free
   * some. Unpacking goes before fetching, and may take what is to stay free: it is on the way to freeing more.
   * Whoever waits has called {@link hold} before.
   *
   * @returns what ends the promise, once the bytes are written
   * @throws SampleFailure `disk-full` if no other run can free any; the signal's reason
   */
  async promise(bytes: number, stage: 'fetch' | 'extract', signal: AbortSignal): Promise<Release> {
    const { margin, onLow, lookMs = LOOK_MS } = this.rules;
    const isFetch = stage === 'fetch';
    const floor = isFetch ? this.rules.floor : 0;
    const fits = (least: number) =>
      this.projected - bytes >= least && !(isFetch && this.#use.unpacking > 0 && this.#use.working > 0);
    if (!fits(floor)) onLow?.();
    this.#use.working -= 1;
    if (!isFetch) this.#use.unpacking += 1;
    try {
      // Alone, a run need not wait for more than it is promised.
      for (let least = floor; !fits(least); least = this.#use.working > 0 ? floor + margin : floor) {
        if (this.#use.working === 0) throw this.#full(bytes, stage, floor);
        await sleep(lookMs, undefined, { signal }).catch(() => {});
        signal.throwIfAborted();
      }
    } finally {
      this.#use.working += 1;
      if (!isFetch) this.#use.unpacking -= 1;
    }
    this.#use.promised += bytes;
    return once(() => {
      this.#use.promised -= bytes;
    });
  }

  #full(bytes: number, stage: Stage, floor: number): SampleFailure {
    const { folder } = this.rules;
    const kept = floor > 0 ? ` beside the ${shownBytes(floor)} that are to stay free` : '';
    return new SampleFailure(
      stage,
      'disk-full',
      `${folder} has ${shownBytes(freeBytes(folder))} free, the run needs ${shownBytes(bytes)}${kept}`,
    );
  }
}

function once(act: () => void): Release {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
