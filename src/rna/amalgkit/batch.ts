/** A batch of runs by the amalgkit client: `--engine amalgkit`. */
import { rmSync } from 'node:fs';
import { bytesBelow } from '../../tools/watch.js';
import { freeBytes } from '../disk.js';
import type { SampleRecord } from '../events.js';
import { SampleFailure } from '../failure.js';
import type { Metadata } from '../metadata/read.js';
import { findResult, resultStamp, type ValidResult, validateResult } from '../quant/result.js';
import { deleteReads } from '../reads/delete-reads.js';
import type { Sample } from '../sample.js';
import type { SpeciesWork } from '../work/species-work.js';
import { toFailure } from '../work/to-failure.js';
import { handedOptions } from './arguments.js';
import { fetchReads } from './fetch-reads.js';
import { failureOf, runClient } from './run-client.js';

/** With less space than this left, a result that is not valid was most likely cut off by the disk's end. */
const FULL_BYTES = 100 * 2 ** 20;

/** Part of the archive's count of reads below which they count as incomplete. */
const WHOLE = 0.99;

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
  const { shop, layout, config } = work;
  const release = await shop.processors.take(shop.processors.total, shop.signal);
  const unhold = shop.disk.hold();
  const before = performance.now();
  const outcomes = new Map<string, ValidResult | SampleFailure | 'skipped'>();
  try {
    for (const problem of droppedOptions(work)) shop.tell({ type: 'warning', problem });
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
      for (const [run, outcome] of await quantGroup(group, clean, metadata, work)) outcomes.set(run, outcome);
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

  function droppedOptions({ owner }: SpeciesWork): string[] {
    if (batch !== undefined && batch > 1) return [];
    return (['getfastq', 'quant'] as const).flatMap((name) => {
      const { dropped } = handedOptions(name, config.steps[name]);
      return dropped.length === 0
        ? []
        : [`${owner}: steps.${name}: not handed on to amalgkit: ${dropped.join(', ')}`];
    });
  }
}

/** Quantifies runs whose reads are there. */
async function quantGroup(
  samples: readonly Sample[],
  clean: boolean,
  metadata: Metadata,
  work: SpeciesWork,
): Promise<Map<string, ValidResult | SampleFailure>> {
  const { shop, layout, config } = work;
  const { quantHours } = shop.rules;
  for (const { run, species } of samples) shop.tell({ type: 'state', run, species, state: 'quantifying' });
  const stamps = new Map(samples.map(({ run }) => [run, resultStamp(layout.quantFolder(run), run)]));
  const options = {
    tool_timeout_seconds: Math.ceil(quantHours * 3600),
    index_dir: config.indexFolder,
    ...(config.fastaFolders[0] !== undefined && { fasta_dir: config.fastaFolders[0] }),
    build_index: config.buildIndex,
    clean_fastq: clean,
    // What is here has no valid result, or is to be done again: the client must not stop at what lies there.
    redo: true,
  };
  try {
    const seconds = samples.length * quantHours * 3600;
    const end = await runClient({ subcommand: 'quant', samples, metadata, options, seconds }, work);
    return new Map(
      samples.map((sample) => {
        const { run } = sample;
        const folder = layout.quantFolder(run);
        const stamp = resultStamp(folder, run);
        const isNew = stamp !== undefined && stamp !== stamps.get(run);
        return [run, isNew ? judged(sample, folder, work) : failureOf(run, end, 'quantify', work)];
      }),
    );
  } catch (thrown) {
    shop.signal.throwIfAborted();
    const failure = toFailure(thrown, 'quantify');
    if (failure.reason === 'missing-tool') throw thrown;
    return new Map(samples.map(({ run }) => [run, failure]));
  }
}

/** The result that the client left, if it stands. */
function judged(sample: Sample, folder: string, work: SpeciesWork): ValidResult | SampleFailure {
  const { run, totalSpots } = sample;
  const { layout } = work;
  try {
    const result = validateResult(folder, run);
    if (isFiltered(work) || result.readsProcessed >= WHOLE * totalSpots) return result;
    // Left there, it would count as done from now on.
    for (const file of [layout.abundance(run), layout.runInfo(run)]) rmSync(file, { force: true });
    const found = `${result.readsProcessed} reads were processed, the run has ${totalSpots}`;
    return new SampleFailure('quantify', 'truncated-input', found);
  } catch (thrown) {
    if (freeBytes(folder) >= FULL_BYTES) return toFailure(thrown, 'validate');
    return new SampleFailure('quantify', 'disk-full', `${folder} has too little space for the result`);
  }
}

/** Whether the client itself may have left out reads. It filters with fastp unless told not to. */
function isFiltered({ config }: SpeciesWork): boolean {
  const { options } = handedOptions('getfastq', config.steps.getfastq);
  const { fastp = true, rrna_filter = false, contam_filter = false, max_bp } = options;
  return Boolean(fastp || rrna_filter || contam_filter || max_bp !== undefined);
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
