/** From whatever is there of a run to reads that can be quantified: find, fetch, extract, filter. */
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../../engine/folders.js';
import { bytesOf } from '../disk.js';
import { SampleFailure } from '../failure.js';
import { extractRun } from '../reads/extract.js';
import { filterReads } from '../reads/filter.js';
import { type FoundReads, findReads } from '../reads/find-reads.js';
import { linkPrivate } from '../reads/private-reads.js';
import { RunSpace } from '../run-space.js';
import type { LibraryLayout, Sample } from '../sample.js';
import { fetchRun } from '../sources/fetch-run.js';
import type { SpeciesWork } from './species-work.js';

/** Reads of a run that are ready to be quantified. */
export interface Reads {
  /** Absolute paths; mates in order. */
  files: readonly string[];
  /** A paired run of which only one file exists is quantified as single. */
  layoutUsed: LibraryLayout;
  /** Folder of the run, where they and all that led to them lie. */
  folder: string;
  /** A source, `local` or `private`. */
  source: string;
  bytesDownloaded: number;
  /** A filter ran on them: then fewer reads are right than the archive counts. */
  isFiltered: boolean;
  /** What gtk's own filter said of them. */
  filterReport?: string;
}

/** Reads before any filter, or an archive of them. */
interface Unpacked extends Reads {
  sra?: string;
}

/**
 * Makes the reads of a run ready. What an earlier attempt left is used.
 *
 * @throws SampleFailure; the signal's reason
 */
export async function prepareReads(sample: Sample, work: SpeciesWork): Promise<Reads> {
  const space = new RunSpace(work.shop.disk, work.shop.signal);
  try {
    const found = sample.privateFiles ? await privateReads(sample, work) : await localReads(sample, work);
    const raw = found ?? (await fetched(sample, work, space));
    const reads = raw.sra === undefined ? raw : await extracted(raw, raw.sra, sample, work, space);
    space.giveBack();
    return work.config.fastp ? await filtered(reads, sample, work) : reads;
  } finally {
    space.giveBack();
  }
}

async function privateReads(sample: Sample, { layout, shop }: SpeciesWork): Promise<Unpacked> {
  const folder = layout.runFolder(sample.run);
  makeFolder(folder);
  return unpacked(await linkPrivate(sample, folder, shop), folder, 'private');
}

/** What is there already, once whoever wrote it has left it alone; undefined if it is to be downloaded. */
async function localReads(
  sample: Sample,
  { layout, wrote, shop }: SpeciesWork,
): Promise<Unpacked | undefined> {
  const { rules, signal } = shop;
  for (;;) {
    const found = findReads(layout, sample, { ...rules, known: wrote });
    if (found.kind === 'fastq') {
      const { files, folder, isFiltered } = found;
      return { ...unpacked(files, folder, 'local'), isFiltered };
    }
    if (found.kind === 'sra') return { ...unpacked([], found.folder, 'local'), sra: found.file };
    if (found.kind !== 'partial' || found.why !== 'settling') {
      if (rules.skipDownload) throw nothingThere(found, layout.runFolder(sample.run));
      return undefined;
    }
    if (rules.lookSeconds === undefined) {
      throw new SampleFailure('fetch', 'not-settled', `${found.folder} changed only lately`);
    }
    await sleep(rules.lookSeconds * 1000, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
  }
}

function nothingThere(found: FoundReads, folder: string): SampleFailure {
  const what = found.kind === 'partial' ? `only an unfinished download (${found.why})` : 'no reads';
  return new SampleFailure('fetch', 'nothing-downloaded', `${folder} has ${what}`);
}

async function fetched(
  sample: Sample,
  { layout, shop, owner }: SpeciesWork,
  space: RunSpace,
): Promise<Unpacked> {
  const { run, species } = sample;
  const folder = layout.runFolder(run);
  // No more runs at a time than there are transfers: the space of the others is not theirs yet.
  const place = await shop.disk.without(() => shop.fetching.take(1, shop.signal, owner));
  try {
    shop.tell({ type: 'state', run, species, state: 'downloading' });
    await space.take(bytesOf(sample), 'fetch');
    makeFolder(folder);
    const { kind, files, source, bytesDownloaded } = await fetchRun(sample, folder, shop, owner, space);
    shop.tell({ type: 'state', run, species, state: 'downloaded' });
    const reads = { ...unpacked(kind === 'fastq' ? files : [], folder, source), bytesDownloaded };
    return kind === 'fastq' ? reads : { ...reads, sra: files[0]! };
  } finally {
    place();
  }
}

async function extracted(
  raw: Unpacked,
  sra: string,
  sample: Sample,
  work: SpeciesWork,
  space: RunSpace,
): Promise<Reads> {
  const { run, species } = sample;
  const { shop, config } = work;
  shop.tell({ type: 'state', run, species, state: 'extracting' });
  const files = await extractRun(sample, sra, raw.folder, shop, {
    parallelDump: config.parallelDump,
    threads: 1,
    space,
  });
  return { ...unpacked(files, raw.folder, raw.source), bytesDownloaded: raw.bytesDownloaded };
}

async function filtered(reads: Reads, sample: Sample, { shop }: SpeciesWork): Promise<Reads> {
  const { run, species } = sample;
  const release = await shop.processors.take(1, shop.signal);
  try {
    shop.tell({ type: 'state', run, species, state: 'filtering' });
    const { files, json } = await filterReads(sample, [...reads.files], reads.folder, 1, shop);
    return { ...reads, files, isFiltered: true, filterReport: json };
  } finally {
    release();
  }
}

function unpacked(files: readonly string[], folder: string, source: string): Reads {
  const layoutUsed = files.length > 1 ? 'paired' : 'single';
  return { files, layoutUsed, folder, source, bytesDownloaded: 0, isFiltered: false };
}
