/** The batched work on one species, from its configuration to statistics and report. */
import type { OptionValues } from '../engine/command.js';
import type { Live, Outcome } from '../engine/job.js';
import { ExitStatus, fromErrorRecord, gtkError } from '../errors.js';
import { packageVersion } from '../root.js';
import { statistics } from './aggregate.js';
import { bytesOf, freeBytes, GIGABYTE } from './disk.js';
import { failureRecord } from './failure.js';
import { Layout } from './layout.js';
import { logEvents } from './log.js';
import { openWorkshop } from './open-workshop.js';
import { workRules } from './options.js';
import { automaticBatchSize, type BatchPlan, planBatches } from './plan.js';
import { printStatistics } from './print.js';
import { findResult } from './quant/result.js';
import { transferRules } from './sources/endpoints.js';
import type { SpeciesConfig } from './species.js';
import { type GivenSpecies, givenSpecies } from './species-options.js';
import { type JournalState, readState } from './status/journal-state.js';
import { finishDeletions } from './work/finish-deletions.js';
import { type OpenSpecies, openSpecies } from './work/open-species.js';
import { prepareIndices } from './work/prepare-indices.js';
import { runBatches } from './work/run-batches.js';
import { setAside } from './work/set-aside.js';
import { WorkWatch } from './work/watch-work.js';
import { workSample } from './work/work-sample.js';

/** A run is attempted twice within its batch; folders of others are looked at every second. */
const RHYTHM = { attempts: 2, lookSeconds: 1 };

/** What all parts of the work know. */
interface Given extends GivenSpecies {
  values: OptionValues;
  live: Live;
  command: string;
}

/**
 * Works through all runs of a species.
 *
 * @throws GTK_RNA_CONFIG, GTK_RNA_METADATA, GTK_RUN_LOCKED, GTK_RNA_INDEX and other reasons not to begin
 */
export async function batchSpecies(
  values: OptionValues,
  live: Live,
  command = 'rna batch',
  runs: readonly string[] = [],
): Promise<Outcome> {
  const given = { values, live, command, ...givenSpecies(values, command, runs) };
  const { config } = given;
  if (values.dryRun) return dryRun(given);
  const watch = new WorkWatch();
  const shop = openWorkshop({
    signal: live.signal,
    bounds: {
      downloads: values.downloads as number,
      processors: config.threads,
      quantifiers: Number.MAX_SAFE_INTEGER,
      memory: values.memory as number | undefined,
    },
    rules: workRules(values, config, RHYTHM),
    transfers: transferRules(values, config),
    received: (bytes) => {
      watch.received += bytes;
    },
  });
  try {
    const log = logEvents(live);
    const species = await openSpecies({
      config,
      shop,
      floor: (values.minFreeGb as number) * GIGABYTE,
      margin: 0,
      listener: (layout) => {
        const follow = watch.listener(layout);
        return (event) => {
          log(event);
          follow(event);
        };
      },
    });
    try {
      return await work(given, species, watch);
    } finally {
      species.close();
    }
  } finally {
    await shop.pool.destroy();
  }
}

/** The plan, with what is done already taken out. */
function planOf({ values, config, metadata }: Given, layout: Layout, state: JournalState): BatchPlan {
  const redo = values.redo || config.redo;
  return planBatches(
    metadata.samples,
    ({ run }) => !redo && findResult(layout, run, state.valid) !== undefined,
    {
      batchSize: batchSizeOf(values, config),
      maxSamples: values.maxSamples as number | undefined,
      diskBytes: values.batchDiskGb === undefined ? undefined : (values.batchDiskGb as number) * GIGABYTE,
    },
  );
}

const DEFAULT_BATCH_SIZE = 8;

function batchSizeOf(values: OptionValues, config: SpeciesConfig): number {
  const text = (values.batchSize as string | undefined) ?? process.env.AK_BATCH_SIZE;
  if (text === undefined) return DEFAULT_BATCH_SIZE;
  if (text === 'auto') return automaticBatchSize(freeBytes(config.out));
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  const problem = `--batch-size: found ${JSON.stringify(text)}, expected a whole number of at least 1, or auto`;
  throw gtkError('GTK_USAGE', { problem, command: 'gtk rna batch' });
}

function dryRun(given: Given): Outcome {
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

async function work(given: Given, { work, state }: OpenSpecies, watch: WorkWatch): Promise<Outcome> {
  const { values, live, config, metadata } = given;
  const { tell } = work.shop;
  const before = performance.now();
  const { batches, skipped, excluded } = planOf(given, work.layout, state);
  const total = metadata.samples.length;
  const todo = batches.flat();
  if (todo.length > 0) {
    tell({
      type: 'start',
      command: given.command,
      pid: process.pid,
      version: packageVersion(),
      samples: total,
      options: { ...values },
    });
  }
  for (const problem of config.warnings) tell({ type: 'warning', problem });
  finishDeletions(skipped, state, work);
  const aside = setAside({ skipped, excluded, batches });
  live.show(() => ({ done: aside.length + watch.ended, total, words: watch.words(config.out) }));
  const wrong = todo.length > 0 ? await prepareIndices(todo, work) : new Map();
  const [only] = wrong.values();
  if (only && wrong.size === new Set(todo.map(({ species }) => species)).size) throw fromErrorRecord(only);
  const stopWatching = todo.length > 0 ? watch.tellOfDisk(work.layout, tell) : () => {};
  const ahead = values.prefetchBatches as number;
  const worked = await runBatches(batches, ahead, work, async (samples, batch, ended) => {
    await Promise.all(samples.map(async (sample) => ended(await workSample(sample, work, batch))));
  });
  stopWatching();
  const result = statistics([...aside, ...worked], {
    total,
    batchesPlanned: batches.length,
    bytesDownloaded: watch.received,
    seconds: (performance.now() - before) / 1000,
  });
  const status = result.failed > 0 ? ExitStatus.someFailed : ExitStatus.done;
  if (todo.length > 0) tell({ type: 'finish', status, statistics: result });
  return {
    text: printStatistics(result),
    json: { status: status === 0 ? 'done' : 'some failed', exit_status: status, ...result },
    failures: worked.filter((record) => record.state === 'failed').map(failureRecord),
    status,
  };
}
