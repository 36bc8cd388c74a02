/** Reads to a published, valid result, within the bounds on processors and memory. */
import { renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../engine/folders.js';
import { bytesBelow } from '../../tools/watch.js';
import { publishResult } from '../quant/publish.js';
import { type QuantResult, quantify } from '../quant/quantify.js';
import { checkReads } from '../reads/check-reads.js';
import { ensureIndex } from '../reference/ensure-index.js';
import type { Sample } from '../sample.js';
import type { Release } from '../slots.js';
import type { Reads } from './prepare-reads.js';
import type { SpeciesWork } from './species-work.js';

/**
 * Quantifies reads and publishes the result.
 *
 * @throws SampleFailure; nothing of an earlier result is lost then. The signal's reason
 */
export async function quantifyReads(sample: Sample, reads: Reads, work: SpeciesWork): Promise<QuantResult> {
  const { run, species } = sample;
  const { shop, layout, config } = work;
  const index = await ensureIndex(species, config, shop.rules.engine, shop);
  shop.tell({ type: 'state', run, species, state: 'ready' });
  const { runThreads: threads } = shop.rules;
  return withPlace(index, threads, work, async () => {
    shop.tell({ type: 'state', run, species, state: 'quantifying' });
    const stage = path.join(layout.staging, run);
    // The counts are only needed to judge the result, so both go over the reads at the same time.
    const counted = checkReads(sample, [...reads.files], shop);
    counted.catch(() => {});
    const result = await quantify({
      sample,
      files: [...reads.files],
      layoutUsed: reads.layoutUsed,
      index,
      threads,
      stage,
      logFile: logFile(config.logDir, run),
      shop,
      // Reads that gtk itself fetched or unpacked were compared with what their archive announces.
      reads: { counted, filtered: reads.isFiltered || reads.files.every(work.wrote) },
    });
    publishResult(stage, layout, run);
    if (reads.filterReport !== undefined) {
      renameSync(reads.filterReport, path.join(layout.quantFolder(run), `${run}_fastp.json`));
    }
    return result;
  });
}

/** Runs a quantification once there are so many processors and memory for it, and not too many others. */
export async function withPlace<T>(
  index: string,
  processors: number,
  { shop }: SpeciesWork,
  act: () => Promise<T>,
): Promise<T> {
  const releases: Release[] = [];
  try {
    releases.push(await shop.quantifiers.take(1, shop.signal));
    releases.push(await shop.memory.take(memoryOf(index), shop.signal));
    if (processors > 0) releases.push(await shop.processors.take(processors, shop.signal));
    return await act();
  } finally {
    for (const release of releases.reverse()) release();
  }
}

/** kallisto and salmon hold about one and a half times their index (kallisto 0.48, S. pombe: 116 MB for 76). */
function memoryOf(index: string): number {
  const bytes = statSync(index).isDirectory() ? bytesBelow(index) : statSync(index).size;
  return 2 * bytes + 2 ** 26;
}

/** All output of a run's quantification. */
export function logFile(folder: string, run: string): string {
  makeFolder(folder);
  return path.join(folder, `${run}.quant.log`);
}
