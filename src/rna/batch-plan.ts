/** The plan of a batched species: what its options, its table of runs and its disk come to. */
import type { OptionValues } from '../engine/command.js';
import type { Outcome } from '../engine/live.js';
import { ExitStatus, gtkError } from '../errors.js';
import { bytesOf, freeBytes, GIGABYTE } from './disk.js';
import type { GivenSpecies } from './given-species.js';
import { Layout } from './layout.js';
import { processorsOf } from './open-workshop.js';
import { automaticBatchSize, type BatchPlan, planBatches } from './plan.js';
import { findResult } from './quant/result.js';
import type { SpeciesConfig } from './species.js';
import { type JournalState, readState } from './status/journal-state.js';

/** A species, and the options of its batches. */
export interface BatchGiven extends GivenSpecies {
  values: OptionValues;
  batchSize: number;
}

/** The plan, with what is done already taken out. */
export function planOf(
  { values, config, metadata, batchSize }: BatchGiven,
  layout: Layout,
  state: JournalState,
): BatchPlan {
  const redo = values.redo || config.redo;
  return planBatches(
    metadata.samples,
    ({ run }) => !redo && findResult(layout, run, state.valid) !== undefined,
    {
      batchSize,
      maxSamples: values.maxSamples as number | undefined,
      diskBytes: values.batchDiskGb === undefined ? undefined : (values.batchDiskGb as number) * GIGABYTE,
    },
  );
}

const DEFAULT_BATCH_SIZE = 8;

/**
 * Runs in a batch, by option or environment.
 *
 * @throws GTK_USAGE; GTK_ENVIRONMENT_VALUE
 */
export function batchSizeOf(values: OptionValues, { out }: SpeciesConfig): number {
  const option = values.batchSize as string | undefined;
  const text = option ?? (process.env.AK_BATCH_SIZE || undefined);
  if (text === undefined) return DEFAULT_BATCH_SIZE;
  if (text === 'auto') return automaticBatchSize(freeBytes(out));
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  const expected = 'a whole number of at least 1, or auto';
  if (option === undefined)
    throw gtkError('GTK_ENVIRONMENT_VALUE', { variable: 'AK_BATCH_SIZE', found: text, expected });
  const problem = `--batch-size: found ${JSON.stringify(text)}, expected ${expected}`;
  throw gtkError('GTK_USAGE', { problem, command: 'gtk rna batch' });
}

/**
 * Threads of each quantification: the processors, shared between the runs of a batch. Several runs at once on a
 * thread each take less time than one after the other on all of them (kallisto 0.48 on two processors: half the
 * time for runs of 8,000 pairs, 0.86 of it for 150,000).
 */
export function runThreadsOf({ config, metadata, batchSize }: BatchGiven): number {
  const eligible = metadata.samples.filter(({ excluded }) => excluded === undefined).length;
  const atOnce = Math.max(1, Math.min(batchSize, eligible));
  return Math.max(1, Math.floor(processorsOf(config.threads) / atOnce));
}

/** The plan as it would be carried out now. */
export function dryRun(given: BatchGiven): Outcome {
  const layout = new Layout(given.config.out, given.config.roots);
  const { batches, skipped, excluded } = planOf(given, layout, readState(layout.journal));
  const json = {
    out: given.config.out,
    batches: batches.map((samples) => ({
      runs: samples.map(({ run }) => run),
      bytes: samples.reduce((sum, sample) => sum + bytesOf(sample), 0),
    })),
    skipped: skipped.map(({ run }) => run),
    excluded: excluded.map(({ sample: { run }, reason }) => ({ run, reason })),
  };
  return { text: `${JSON.stringify(json, null, 2)}\n`, json, status: ExitStatus.done };
}
