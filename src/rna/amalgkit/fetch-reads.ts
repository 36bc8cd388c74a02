/** Reads of runs by `amalgkit getfastq`. */

import { bytesOf } from '../disk.js';
import { SampleFailure } from '../failure.js';
import type { Metadata } from '../metadata/read.js';
import { findReads } from '../reads/find-reads.js';
import type { Sample } from '../sample.js';
import type { SpeciesWork } from '../work/species-work.js';
import { toFailure } from '../work/to-failure.js';
import type { ClientOptions } from './arguments.js';
import { failureOf, runClient } from './run-client.js';

/** Seconds that a tool of the client, as fasterq-dump, may take on one run. */
const EXTRACTION_SECONDS = 48 * 3600;

/**
 * Has the client download and unpack the reads of those runs that have none where it looks for them. It must
 * not be called for a run with a result: whose reads it deleted, it would download again.
 *
 * @returns what failed, by run
 * @throws the signal's reason
 */
export async function fetchReads(
  samples: readonly Sample[],
  metadata: Metadata,
  work: SpeciesWork,
): Promise<Map<string, SampleFailure>> {
  const failures = new Map<string, SampleFailure>();
  const { shop, layout } = work;
  const wanted = samples.filter((sample) => {
    const { kind, here } = readsFor(sample, work, work.wrote);
    if (kind === 'fastq' && here) return false;
    const isLocal = (kind === 'sra' && here) || sample.privateFiles !== undefined;
    if (!shop.rules.skipDownload || isLocal) return true;
    const folder = layout.runFolder(sample.run);
    failures.set(sample.run, new SampleFailure('fetch', 'nothing-downloaded', `${folder} has no reads`));
    return false;
  });
  if (wanted.length === 0) return failures;
  for (const { run, species } of wanted) shop.tell({ type: 'state', run, species, state: 'downloading' });
  try {
    const release = await shop.disk.promise(total(wanted.map(bytesOf)), 'fetch', shop.signal);
    try {
      const { limitSeconds } = shop.transfers;
      const seconds = wanted.length * (limitSeconds + EXTRACTION_SECONDS);
      const options = { ...sourceOptions(work), redo: false };
      const end = await runClient(
        { subcommand: 'getfastq', samples: wanted, metadata, options, seconds },
        work,
      );
      for (const sample of wanted) {
        // What the client writes under its final names is whole.
        const { kind, here } = readsFor(sample, work, () => true);
        if (kind !== 'fastq' || !here) failures.set(sample.run, failureOf(sample.run, end, 'fetch', work));
      }
    } finally {
      release();
    }
  } catch (thrown) {
    shop.signal.throwIfAborted();
    const failure = toFailure(thrown, 'fetch');
    for (const { run } of wanted) failures.set(run, failure);
  }
  return failures;
}

/** What there is of a run's reads, and whether it is where the client looks. */
function readsFor(sample: Sample, { layout, shop }: SpeciesWork, known: (file: string) => boolean) {
  const found = findReads(layout, sample, { ...shop.rules, known });
  return { kind: found.kind, here: found.kind !== 'none' && found.folder === layout.runFolder(sample.run) };
}

function sourceOptions({ shop }: SpeciesWork): ClientOptions {
  const { sources, gcpProject, limitSeconds } = shop.transfers;
  const isOn = (name: (typeof sources)[number]) => !shop.rules.skipDownload && sources.includes(name);
  return {
    ncbi: isOn('ncbi'),
    aws: isOn('aws'),
    gcp: isOn('gcp'),
    ena: isOn('ena'),
    ddbj: isOn('ddbj'),
    ...(gcpProject !== undefined && { gcp_project: gcpProject }),
    sra_download_transfer_timeout_seconds: Math.ceil(limitSeconds),
    tool_timeout_seconds: EXTRACTION_SECONDS,
  };
}

const total = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0);
