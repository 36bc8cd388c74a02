/** One run from the first of the sources that has it. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SampleFailure } from '../failure.js';
import type { RunSpace } from '../run-space.js';
import type { Sample } from '../sample.js';
import type { Workshop } from '../workshop.js';
import { type ObjectSource, objectAddress } from './addresses.js';
import { fetchFromEna, type SourceFiles } from './fetch-ena.js';
import { type FileOrder, fetchFile, type RunFetch } from './fetch-file.js';
import { fetchWithPrefetch, prefetchScratch } from './fetch-prefetch.js';
import type { SourceName } from './names.js';
import { failed, mostTelling } from './transfer-failure.js';

/** Files of a run that stand in its folder now. */
export interface FetchedRun extends SourceFiles {
  source: SourceName;
  /** What came over the network, from all sources. */
  bytesDownloaded: number;
}

/**
 * Fetches a run: FASTQ, or an SRA object as `RUN.sra`. Sources are tried in their order; files that stand there
 * verified are kept, and what came of others is gone on with.
 *
 * @param folder of the run; it exists
 * @param owner whose share of the download slots it takes
 * @param space is made to do for unpacking, too, before an archive is fetched; without it, nobody waits for space
 * @throws SampleFailure with the most telling reason of all sources; GTK_NOT_WRITABLE; the signal's reason
 */
export async function fetchRun(
  sample: Sample,
  folder: string,
  shop: Workshop,
  owner = '',
  space?: RunSpace,
): Promise<FetchedRun> {
  const job: RunFetch = { sample, folder, shop, owner, space, tally: { bytes: 0, files: new Set() } };
  const failures: SampleFailure[] = [];
  for (const source of shop.transfers.sources) {
    try {
      const found = await fetchFrom(source, job);
      if (!found) continue;
      clearOthers(job, found.files);
      return { ...found, source, bytesDownloaded: job.tally.bytes };
    } catch (thrown) {
      if (!(thrown instanceof SampleFailure)) throw thrown;
      // No other source would find more space.
      if (thrown.reason === 'disk-full') throw thrown;
      failures.push(failed(thrown.reason, `${source}: ${thrown.message}`));
    }
  }
  if (failures.length > 0) throw mostTelling(failures);
  const tried = shop.transfers.sources.join(', ') || 'none';
  throw failed('no-source', `no source has an address of ${sample.run}; switched on: ${tried}`);
}

/** Undefined if the source has no address of the run. */
async function fetchFrom(source: SourceName, job: RunFetch): Promise<SourceFiles | undefined> {
  if (source === 'ena') return fetchFromEna(job);
  if (source === 'prefetch') return fetchWithPrefetch(job);
  return fetchObject(source, job);
}

async function fetchObject(source: ObjectSource, job: RunFetch): Promise<SourceFiles | undefined> {
  const { sample, shop } = job;
  const url = objectAddress(sample, source, shop.transfers);
  if (!url) return undefined;
  // Only the server knows the size: the metadata's is that of another version for some runs.
  const order: FileOrder = { url, name: `${sample.run}.sra`, bytes: undefined, md5s: [], form: 'sra' };
  const file = await fetchFile(order, job, shop.signal);
  return { kind: 'sra', files: [file], reads: undefined, verified: false };
}

/** Deletes what was fetched in vain, and parts that nothing goes on from: they would pass for unfinished reads. */
function clearOthers({ sample, folder, tally }: RunFetch, kept: readonly string[]): void {
  for (const file of tally.files) if (!kept.includes(file)) rmSync(file, { force: true });
  deleteUnfinished(folder, sample.run);
}

/** Deletes gtk's own unfinished downloads of a run. */
export function deleteUnfinished(folder: string, run: string): void {
  rmSync(prefetchScratch(folder, run), { recursive: true, force: true });
  for (const ending of ['.fastq.gz', '_1.fastq.gz', '_2.fastq.gz', '.sra']) {
    const part = path.join(folder, `${run}${ending}.part`);
    if (!existsSync(`${part}.json`)) continue;
    rmSync(part, { force: true });
    rmSync(`${part}.json`, { force: true });
  }
}
