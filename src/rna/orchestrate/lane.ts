/** One species on its way through the orchestrator. */
import { setMaxListeners } from 'node:events';
import { endStatus, type Statistics, statistics } from '../aggregate.js';
import { amalgkitBatch } from '../amalgkit/batch.js';
import type { RnaEvent, SampleRecord } from '../events.js';
import type { Metadata } from '../metadata/read.js';
import { type BatchPlan, planBatches } from '../plan.js';
import type { Sample } from '../sample.js';
import { finishDeletions } from '../work/finish-deletions.js';
import type { OpenSpecies } from '../work/open-species.js';
import { prepareIndices } from '../work/prepare-indices.js';
import { setAside } from '../work/set-aside.js';
import type { SpeciesWork } from '../work/species-work.js';
import { workSample } from '../work/work-sample.js';

/** How a species stands. */
export interface LaneCounts {
  total: number;
  done: number;
  failed: number;
  excluded: number;
  left: number;
}

/** How a species is worked on. */
export interface LaneRules {
  /** Part of the eligible runs that must be done before the rest is given up; 1 is all. */
  threshold: number;
  /** The amalgkit client downloads and quantifies, so many runs at once. */
  clientBatch?: number;
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
    readonly metadata: Metadata,
    private readonly plan: BatchPlan,
    private readonly rules: LaneRules,
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
    const total = this.metadata.samples.length;
    return { total, done, failed, excluded: excluded.length, left: total - done - failed - excluded.length };
  }

  statistics(seconds: number): Omit<Statistics, 'batches' | 'batches_planned'> {
    const records = [...this.#aside, ...this.#records];
    const bytesDownloaded = this.#records.reduce((sum, record) => sum + record.bytesDownloaded, 0);
    const whole = { total: this.metadata.samples.length, batchesPlanned: 0, bytesDownloaded, seconds };
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
    const { signal, tell } = work.shop;
    const before = performance.now();
    const enough = new AbortController();
    const either = AbortSignal.any([signal, enough.signal]);
    // As many listen as there are runs, transfers and programs.
    setMaxListeners(0, either);
    const own = { ...work, shop: { ...work.shop, signal: either } };
    try {
      finishDeletions(this.plan.skipped, state, work);
      await prepareIndices(this.#todo, work);
      const ended = (records: SampleRecord[]) => {
        this.#records.push(...records);
        if (this.#isEnough) enough.abort(new Error('enough runs are done'));
      };
      const ends = await Promise.allSettled(this.#works(own).map(async (work) => ended(await work)));
      signal.throwIfAborted();
      const wrong = ends.find((end) => end.status === 'rejected');
      if (wrong && !enough.signal.aborted) throw wrong.reason;
    } finally {
      this.#isFinished = true;
      if (this.#todo.length > 0) {
        const status = endStatus(this.failures.length, signal);
        tell({ type: 'finish', status, statistics: this.statistics((performance.now() - before) / 1000) });
      }
    }
  }

  /** All work at once: it waits for its slots in the order in which it is listed. */
  #works(own: SpeciesWork): Promise<SampleRecord[]>[] {
    const { clientBatch } = this.rules;
    if (clientBatch === undefined) return this.#todo.map(async (sample) => [await workSample(sample, own)]);
    const { batches } = planBatches(this.#todo, () => false, { batchSize: clientBatch });
    return batches.map((samples) => amalgkitBatch(samples, this.metadata, own));
  }

  get #isEnough(): boolean {
    const { done, total, excluded } = this.counts;
    return this.rules.threshold < 1 && done >= this.rules.threshold * (total - excluded);
  }

  close(): void {
    this.species.close();
  }
}
