/** Disk use over time in a bounded number of points. */

/** What was measured at one moment. */
export interface DiskSample {
  /** In milliseconds since 1970. */
  at: number;
  /** Which start of gtk it belongs to, from 0. */
  session: number;
  /** Bytes free on the disk of the reads. */
  free: number;
  /** Bytes of the reads of all runs that were worked on. */
  reads: number;
  /** Runs that were being downloaded, and quantified. */
  downloading: number;
  quantifying: number;
}

/** Most points that are kept. */
const DISK_POINTS = 2000;

/**
 * Keeps, of ever longer stretches of samples, the one with the most reads on the disk: so the peaks stay,
 * which are what a small disk is about.
 */
export class DiskTimeLine {
  #kept: DiskSample[] = [];
  #stride = 1;
  /** Samples that the last one kept stands for. */
  #inLast = 0;

  add(sample: DiskSample): void {
    const last = this.#kept.at(-1);
    if (last && this.#inLast < this.#stride && last.session === sample.session) {
      this.#kept[this.#kept.length - 1] = fuller(last, sample);
      this.#inLast += 1;
      return;
    }
    if (this.#kept.length === DISK_POINTS) this.#thin();
    this.#kept.push(sample);
    this.#inLast = 1;
  }

  #thin(): void {
    const thinner: DiskSample[] = [];
    for (let i = 0; i < this.#kept.length; i += 2) {
      const [one, next] = this.#kept.slice(i, i + 2);
      thinner.push(next ? fuller(one!, next) : one!);
    }
    this.#kept = thinner;
    this.#stride *= 2;
  }

  /** In order of time. */
  get samples(): DiskSample[] {
    return this.#kept;
  }
}

/** The earlier one where both are alike, so that a rise is drawn where it began. */
const fuller = (one: DiskSample, next: DiskSample) => (next.reads > one.reads ? next : one);
