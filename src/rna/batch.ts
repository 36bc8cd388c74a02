/** The batched work on one species, from its options to statistics and report. */
import type { OptionValues } from '../engine/command.js';
import type { Live, Outcome } from '../engine/live.js';
import { fromErrorRecord, gtkError } from '../errors.js';
import { packageVersion } from '../root.js';
import { endStatus, endWord, statistics } from './aggregate.js';
import { clientWarnings } from './amalgkit/arguments.js';
import { amalgkitBatch } from './amalgkit/batch.js';
import { type BatchGiven, batchSizeOf, dryRun, planOf, runThreadsOf } from './batch-plan.js';
import type { SampleRecord } from './events.js';
import { failureRecord } from './failure.js';
import { givenSpecies } from './given-species.js';
import { workRules } from './options.js';
import type { BatchPlan } from './plan.js';
import { printStatistics } from './print.js';
import type { SpeciesConfig } from './species.js';
import { readStatus } from './status/species-status.js';
import { finishDeletions } from './work/finish-deletions.js';
import type { OpenSpecies } from './work/open-species.js';
import { prepareIndices } from './work/prepare-indices.js';
import { runBatches } from './work/run-batches.js';
import { setAside } from './work/set-aside.js';
import { toolVersions } from './work/tool-versions.js';
import { WorkWatch } from './work/watch-work.js';
import { withSpecies } from './work/with-species.js';
import { workSample } from './work/work-sample.js';

/** A run is attempted twice within its batch; folders of others are looked at every second. */
const RHYTHM = { attempts: 2, lookSeconds: 1 };

/** What all parts of the work know. */
interface Given extends BatchGiven {
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
  const species = givenSpecies(values, command, runs);
  const { config } = species;
  checkTogether(values, config, command);
  const given = { values, live, command, ...species, batchSize: batchSizeOf(values, config) };
  if (values.dryRun) return dryRun(given);
  const watch = new WorkWatch();
  const bounds = {
    downloads: values.downloads as number,
    processors: config.threads,
    quantifiers: Number.MAX_SAFE_INTEGER,
    memory: values.memory as number | undefined,
  };
  const rules = workRules(values, config, { ...RHYTHM, runThreads: runThreadsOf(given) });
  const order = { command, config, values, rules, bounds, live, watch };
  return withSpecies(order, (species) => work(given, species, watch));
}

/** Refuses options that cannot hold at the same time. */
function checkTogether(values: OptionValues, config: SpeciesConfig, command: string): void {
  if (!values.stream) return;
  const other =
    (values.engine === 'amalgkit' && '--engine amalgkit') ||
    (values.skipDownload && '--skip-download') ||
    (values.keepFastq && '--keep-fastq') ||
    (config.fastp && `fastp: yes in ${config.file}`);
  if (!other) return;
  const problem = `found --stream with ${other}, expected one of them: streamed reads are never on the disk`;
  throw gtkError('GTK_USAGE', { problem, command: `gtk ${command}` });
}

async function work(given: Given, species: OpenSpecies, watch: WorkWatch): Promise<Outcome> {
  const { values, live, config, metadata } = given;
  const { work, state } = species;
  const { shop, layout } = work;
  const before = performance.now();
  const plan = planOf(given, layout, state);
  finishDeletions(plan.skipped, state, work);
  const aside = setAside(plan);
  const total = metadata.samples.length;
  live.show(() => ({ done: aside.length + watch.ended, total, words: watch.words(config.out) }));
  const ofClient = values.engine === 'amalgkit' ? clientWarnings(config.steps) : [];
  for (const problem of [...config.warnings, ...ofClient]) shop.tell({ type: 'warning', problem });
  const worked = plan.batches.length > 0 ? await workOnBatches(plan, given, species, watch) : [];
  const seconds = (performance.now() - before) / 1000;
  const whole = { total, batchesPlanned: plan.batches.length, bytesDownloaded: watch.received, seconds };
  const result = statistics([...aside, ...worked], whole);
  const status = endStatus(result.failed, live.signal);
  if (plan.batches.length > 0) shop.tell({ type: 'finish', status, statistics: result });
  const report = values.report as string | undefined;
  if (report !== undefined) {
    const { writeReport } = await import('./report/write-report.js');
    writeReport(report, [readStatus(config.name, layout, metadata.samples)]);
  }
  return {
    text: printStatistics(result),
    json: { status: endWord(status), exit_status: status, ...result },
    failures: worked.filter((record) => record.state === 'failed').map(failureRecord),
    status,
  };
}

async function workOnBatches(
  { batches }: BatchPlan,
  { values, command, metadata }: Given,
  { work, keepManifest }: OpenSpecies,
  watch: WorkWatch,
): Promise<SampleRecord[]> {
  const { shop, layout } = work;
  const versions = await toolVersions(shop, [work.config]);
  keepManifest(versions);
  const start = { command, pid: process.pid, version: packageVersion(), samples: metadata.samples.length };
  shop.tell({ type: 'start', ...start, options: { ...values, versions } });
  const todo = batches.flat();
  const wrong = await prepareIndices(todo, work);
  const [first] = wrong.values();
  if (first && wrong.size === new Set(todo.map(({ species }) => species)).size) throw fromErrorRecord(first);
  const stopWatching = watch.tellOfDisk(layout, shop.tell);
  try {
    const ahead = values.prefetchBatches as number;
    return await runBatches(batches, ahead, work, async (samples, batch, ended) => {
      if (values.engine === 'amalgkit') {
        for (const record of await amalgkitBatch(samples, metadata, work, batch)) ended(record);
      } else await Promise.all(samples.map(async (one) => ended(await workSample(one, work, batch))));
    });
  } finally {
    stopWatching();
  }
}
