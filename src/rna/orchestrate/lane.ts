/** One species on its way through the orchestrator. */
import { type Statistics, statistics } from '../aggregate.js';
import type { RnaEvent, SampleRecord } from '../events.js';
import type { BatchPlan } from '../plan.js';
import type { Sample } from '../sample.js';
import { finishDeletions } from '../work/finish-deletions.js';
import type { OpenSpecies } from '../work/open-species.js';
import { prepareIndices } from '../work/prepare-indices.js';
import { setAside } from '../work/set-aside.js';
import { workSample } from '../work/work-sample.js';

/** How a species stands. */
export interface LaneCounts {
  total: number;
  done: number;
  failed: number;
  excluded: number;
  left: number;
}

/** Works on all runs of a species at once; what bounds them are the slots that all species share. */
export class Lane {
  readonly #records: SampleRecord[] = [];
  readonly #todo: Sample[];
  readonly #aside: SampleRecord[];
  /** Runs whose reads are in use: nothing of theirs may be spared. */
  readonly inFlight = new Set<string>();
  #isFinished = false;

  constructor(
    readonly species: OpenSpecies,
    readonly samples: readonly Sample[],
    private readonly plan: BatchPlan,
    /** Part of the eligible runs that must be done before the rest is given up; 1 is all. */
    private readonly threshold: number,
  ) {
    this.#todo = plan.batches.flat();
    this.#aside = setAside(plan);
  }

  get name(): string {
    return this.species.work.config.code;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  get failures(): SampleRecord[] {
    return this.#records.filter(({ state }) => state === 'failed');
  }

  get counts(): LaneCounts {
    const { skipped, excluded } = this.plan;
    const failed = this.failures.length;
    const done = this.#records.length - failed + skipped.length;
    const total = this.samples.length;
    return { total, done, failed, excluded: excluded.length, left: total - done - failed - excluded.length };
  }

  statistics(seconds: number): Omit<Statistics, 'batches' | 'batches_planned'> {
    const records = [...this.#aside, ...this.#records];
    const bytesDownloaded = this.#records.reduce((sum, record) => sum + record.bytesDownloaded, 0);
    const whole = { total: this.samples.length, batchesPlanned: 0, bytesDownloaded, seconds };
    const { batches, batches_planned, ...rest } = statistics(records, whole);
    return rest;
  }

  /** Is told of all that happens to its runs. */
  follow(event: RnaEvent): void {
    // A download that waits for its turn can be begun anew; one that goes on is told by its change of late.
    if (event.type === 'state' && event.state !== 'downloading') this.inFlight.add(event.run);
    if (event.type === 'end') this.inFlight.delete(event.record.run);
  }

  /** Throws the signal's reason, nothing else. */
  async run(): Promise<void> {
    const { work, state } = this.species;
    const { signal } = work.shop;
    const enough = new AbortController();
    const own = { ...work, shop: { ...work.shop, signal: AbortSignal.any([signal, enough.signal]) } };
    try {
      finishDeletions(this.plan.skipped, state, work);
      await prepareIndices(this.#todo, work);
      const one = async (sample: Sample) => {
        this.#records.push(await workSample(sample, own));
        if (this.#isEnough) enough.abort(new Error('enough runs are done'));
      };
      const ends = await Promise.allSettled(this.#todo.map(one));
      signal.throwIfAborted();
      const wrong = ends.find((end) => end.status === 'rejected');
      if (wrong && !enough.signal.aborted) throw wrong.reason;
    } finally {
      this.#isFinished = true;
    }
  }

  get #isEnough(): boolean {
    const { done, total, excluded } = this.counts;
    return this.threshold < 1 && done >= this.threshold * (total - excluded);
  }

  close(): void {
    this.species.close();
  }
}
