/** One species on its way through the orchestrator. */
import type { SampleRecord } from '../events.js';
import type { BatchPlan } from '../plan.js';
import type { Sample } from '../sample.js';
import type { OpenSpecies } from '../work/open-species.js';
import { prepareIndices } from '../work/prepare-indices.js';
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
  readonly records: SampleRecord[] = [];
  readonly #todo: Sample[];
  #isFinished = false;

  constructor(
    readonly species: OpenSpecies,
    private readonly plan: BatchPlan,
    /** Part of the eligible runs that must be done before the rest is given up; 1 is all. */
    private readonly threshold: number,
  ) {
    this.#todo = plan.batches.flat();
  }

  get name(): string {
    return this.species.work.config.code;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  get counts(): LaneCounts {
    const { skipped, excluded } = this.plan;
    const count = (state: string) => this.records.filter((record) => record.state === state).length;
    const [done, failed] = [count('done') + skipped.length, count('failed')];
    const total = skipped.length + excluded.length + this.#todo.length;
    return { total, done, failed, excluded: excluded.length, left: total - done - failed - excluded.length };
  }

  /** Throws the signal's reason, nothing else. */
  async run(): Promise<void> {
    const { work } = this.species;
    const { signal } = work.shop;
    const enough = new AbortController();
    const own = { ...work, shop: { ...work.shop, signal: AbortSignal.any([signal, enough.signal]) } };
    try {
      await prepareIndices(this.#todo, work);
      const one = async (sample: Sample) => {
        this.records.push(await workSample(sample, own));
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
}
