/** Downloads reads and keeps them, for runs of a species or for accessions. */
import path from 'node:path';
import type { OptionValues } from '../engine/command.js';
import type { Live, Outcome } from '../engine/live.js';
import { type ErrorRecord, gtkError } from '../errors.js';
import { shownAddress } from '../net/address.js';
import { NetworkFailure } from '../net/failure.js';
import { packageVersion } from '../root.js';
import { endStatus, endWord } from './aggregate.js';
import { bareSpecies } from './bare-species.js';
import type { SampleRecord } from './events.js';
import { failureRecord } from './failure.js';
import { givenSpecies } from './given-species.js';
import { fileRules } from './options.js';
import { shownBytes } from './print.js';
import type { Sample } from './sample.js';
import { transferRules } from './sources/endpoints.js';
import { reportedSamples } from './sources/reported-samples.js';
import type { SpeciesConfig } from './species.js';
import { prepareReads } from './work/prepare-reads.js';
import type { SpeciesWork } from './work/species-work.js';
import { toFailure } from './work/to-failure.js';
import { WorkWatch } from './work/watch-work.js';
import { withSpecies } from './work/with-species.js';

/** Reads of one run that stand in its folder. */
interface Fetched {
  run: string;
  source: string;
  files: readonly string[];
}

/**
 * Fetches the runs of a species, all or those that are named; or without a configuration all runs of the
 * accessions that are named.
 *
 * @throws GTK_USAGE; GTK_RNA_CONFIG; GTK_RNA_METADATA; GTK_RUN_LOCKED
 */
export async function fetchReads(values: OptionValues, names: string[], live: Live): Promise<Outcome> {
  const watch = new WorkWatch();
  const unknown: ErrorRecord[] = [];
  const { config, samples } =
    values.config === undefined
      ? await ofAccessions(values, names, live.signal, unknown)
      : await ofSpecies(values, names);
  const bounds = {
    downloads: values.downloads as number,
    processors: config.threads,
    quantifiers: 1,
    memory: undefined,
  };
  const order = {
    command: 'rna fetch',
    config,
    values,
    rules: fileRules(values, config),
    bounds,
    live,
    watch,
  };
  return withSpecies(order, ({ work }) => fetchAll(samples, unknown, work, { watch, values, live }));
}

interface Chosen {
  config: SpeciesConfig;
  samples: readonly Sample[];
}

async function ofSpecies(values: OptionValues, names: string[]): Promise<Chosen> {
  const { config, metadata } = givenSpecies(values, 'rna fetch', names);
  return { config, samples: metadata.samples.filter(({ excluded }) => excluded === undefined) };
}

async function ofAccessions(
  values: OptionValues,
  names: string[],
  signal: AbortSignal,
  failures: ErrorRecord[],
): Promise<Chosen> {
  const usage = (problem: string) => gtkError('GTK_USAGE', { problem, command: 'gtk rna fetch' });
  if (names.length === 0) throw usage('found neither accessions nor --config, expected one of them');
  const rules = transferRules(values, undefined, 'rna fetch');
  const samples = new Map<string, Sample>();
  for (const name of names) {
    try {
      const found = await reportedSamples(name, rules, signal);
      if (found.length === 0) {
        failures.push(failureRecord(unknownRun(name, 'not-found', 'ENA knows no run of it')));
      }
      for (const sample of found) samples.set(sample.run, sample);
    } catch (thrown) {
      if (!(thrown instanceof NetworkFailure)) throw thrown;
      const problem = `${shownAddress(rules.endpoints.enaPortal)}: ${thrown.message}`;
      failures.push(failureRecord(unknownRun(name, 'network', problem)));
    }
  }
  const out = (values.out as string | undefined) ?? path.resolve('.');
  const threads = (values.threads as number | undefined) ?? Number.MAX_SAFE_INTEGER;
  return { config: bareSpecies(out, threads), samples: [...samples.values()] };
}

const unknownRun = (run: string, reason: string, problem: string): SampleRecord => ({
  ...{ run, species: '', state: 'failed', stage: 'fetch', reason, problem },
  ...{ attempt: 1, seconds: 0, bytesDownloaded: 0, bytesFreed: 0 },
});

async function fetchAll(
  samples: readonly Sample[],
  unknown: readonly ErrorRecord[],
  work: SpeciesWork,
  { watch, values, live }: { watch: WorkWatch; values: OptionValues; live: Live },
): Promise<Outcome> {
  const { shop } = work;
  const start = { command: 'rna fetch', pid: process.pid, version: packageVersion() };
  shop.tell({ type: 'start', ...start, samples: samples.length, options: { ...values } });
  const fetched: Fetched[] = [];
  const failures: ErrorRecord[] = [...unknown];
  const total = unknown.length + samples.length;
  live.show(() => ({
    done: fetched.length + failures.length,
    total,
    words: watch.words(work.config.out),
  }));
  const one = async (sample: Sample) => {
    const release = shop.disk.hold();
    try {
      const { files, source } = await prepareReads(sample, work);
      fetched.push({ run: sample.run, source, files });
    } catch (thrown) {
      shop.signal.throwIfAborted();
      const { run, species } = sample;
      const { stage, reason, message: problem } = toFailure(thrown, 'fetch');
      const numbers = { attempt: 1, seconds: 0, bytesDownloaded: 0, bytesFreed: 0 };
      const record: SampleRecord = { run, species, state: 'failed', stage, reason, problem, ...numbers };
      shop.tell({ type: 'end', record });
      failures.push(failureRecord(record));
    } finally {
      release();
    }
  };
  const ends = await Promise.allSettled(samples.map(one));
  const wrong = ends.find((end) => end.status === 'rejected');
  if (wrong && !shop.signal.aborted) throw wrong.reason;
  const status = endStatus(failures.length, shop.signal);
  shop.tell({ type: 'finish', status, statistics: { fetched: fetched.length, failed: failures.length } });
  const lines = fetched.map(({ run, source, files }) => `${run}  ${source}  ${files.join('  ')}\n`);
  return {
    text: `${lines.join('')}${fetched.length} of ${samples.length} runs, ${shownBytes(watch.received)} downloaded\n`,
    json: {
      status: endWord(status),
      exit_status: status,
      runs: fetched,
      bytes_downloaded: watch.received,
      failures,
    },
    failures,
    status,
  };
}
