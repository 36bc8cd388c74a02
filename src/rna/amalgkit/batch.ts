/** A batch of runs by the amalgkit client: `--engine amalgkit`. */
import { bytesBelow } from '../../tools/watch.js';
import type { SampleRecord } from '../events.js';
import { SampleFailure } from '../failure.js';
import type { Metadata } from '../metadata/read.js';
import { findResult, type ValidResult } from '../quant/result.js';
import { deleteReads } from '../reads/delete-reads.js';
import type { Sample } from '../sample.js';
import type { SpeciesWork } from '../work/species-work.js';
import { fetchReads } from './fetch-reads.js';
import { quantReads } from './quant-reads.js';

/**
 * Downloads and quantifies a batch. The client works on several runs at once with all processors, so batches
 * follow one another. A run's fate is told by its result, which is judged as that of every engine.
 *
 * @returns a record of each run, in their order
 * @throws GTK_MISSING_TOOL if there is no client; the signal's reason
 */
export async function amalgkitBatch(
  samples: readonly Sample[],
  metadata: Metadata,
  work: SpeciesWork,
  batch?: number,
): Promise<SampleRecord[]> {
  const { shop, layout } = work;
  // Without it, no run needs to be tried.
  shop.program('amalgkit');
  const release = await shop.processors.take(shop.processors.total, shop.signal);
  const unhold = shop.disk.hold();
  const before = performance.now();
  const outcomes = new Map<string, ValidResult | SampleFailure | 'skipped'>();
  try {
    for (const { run } of samples) {
      if (!shop.rules.redo && findResult(layout, run)) outcomes.set(run, 'skipped');
    }
    const isOpen = ({ run }: Sample) => !outcomes.has(run);
    for (const [run, failure] of await fetchReads(samples.filter(isOpen), metadata, work)) {
      outcomes.set(run, failure);
    }
    const ready = samples.filter(isOpen);
    const held = new Map(ready.map(({ run }) => [run, bytesBelow(layout.runFolder(run))]));
    // The client refuses to delete links, so it must not try to where the reads are the user's own.
    const isCleaned = (sample: Sample) => !shop.rules.keepFastq && sample.privateFiles === undefined;
    for (const clean of [true, false]) {
      const group = ready.filter((sample) => isCleaned(sample) === clean);
      if (group.length === 0) continue;
      for (const [run, outcome] of await quantReads(group, clean, metadata, work)) outcomes.set(run, outcome);
    }
    return samples.map((sample) => {
      const record = recordOf(sample, outcomes.get(sample.run)!, held.get(sample.run) ?? 0, work);
      const seconds = Math.round(performance.now() - before) / 1000;
      const ended = { ...record, attempt: 1, seconds, ...(batch !== undefined && { batch }) };
      shop.tell({ type: 'end', record: ended });
      return ended;
    });
  } finally {
    unhold();
    release();
  }
}

type Ended = Omit<SampleRecord, 'attempt' | 'seconds' | 'batch'>;

/** Says how a run ended, and deletes what is left of its reads. */
function recordOf(
  sample: Sample,
  outcome: ValidResult | SampleFailure | 'skipped',
  heldBytes: number,
  { shop, layout }: SpeciesWork,
): Ended {
  const { run, species } = sample;
  const { keepFastq, deleteOnFailure, minMappedPercent } = shop.rules;
  const record = { run, species, bytesDownloaded: 0, bytesFreed: 0 };
  if (outcome === 'skipped') return { ...record, state: 'skipped' };
  const folder = layout.runFolder(run);
  if (outcome instanceof SampleFailure) {
    if (deleteOnFailure) deleteReads(layout, sample, folder);
    const { stage, reason, message } = outcome;
    return { ...record, state: 'failed', stage, reason, problem: message };
  }
  const { stamp, readsProcessed, pPseudoaligned } = outcome;
  shop.tell({ type: 'valid', run, stamp, readsProcessed, pPseudoaligned });
  const { warnings } = keepFastq ? { warnings: [] } : deleteReads(layout, sample, folder);
  const bytesFreed = Math.max(0, heldBytes - bytesBelow(folder));
  if (bytesFreed > 0) shop.tell({ type: 'freed', run, bytes: bytesFreed });
  const low =
    pPseudoaligned < minMappedPercent ? [`only ${pPseudoaligned} % of ${run} is pseudoaligned`] : [];
  return {
    ...record,
    state: 'done',
    source: sample.privateFiles ? 'private' : 'amalgkit',
    readsProcessed,
    pPseudoaligned,
    bytesFreed,
    warnings: [...low, ...warnings],
  };
}
