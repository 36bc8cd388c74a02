/** One run quantified while it is downloaded, without a byte of its reads on the disk. */
import path from 'node:path';
import { publishResult } from '../quant/publish.js';
import type { QuantResult } from '../quant/quantify.js';
import { findReads } from '../reads/find-reads.js';
import { ensureIndex } from '../reference/ensure-index.js';
import type { Sample } from '../sample.js';
import { resolveStream } from '../stream/resolve-stream.js';
import { streamRun } from '../stream/stream-run.js';
import { logFile, withPlace } from './quantify-reads.js';
import type { SpeciesWork } from './species-work.js';

/** A published result. */
export interface StreamedSample {
  result: QuantResult;
  layoutUsed: 'paired' | 'single';
  bytesDownloaded: number;
}

/**
 * Streams a run. Its program mostly waits for the network, so that the download slots bound how many run, not
 * the processors.
 *
 * @returns undefined if the run has to go by files, of which the journal is told why
 * @throws SampleFailure; the signal's reason
 */
export async function streamSample(sample: Sample, work: SpeciesWork): Promise<StreamedSample | undefined> {
  const { run, species } = sample;
  const { shop, layout, config, owner } = work;
  const { kind } = findReads(layout, sample, { ...shop.rules, known: work.wrote });
  const found =
    kind === 'fastq' || kind === 'sra'
      ? { fallback: 'its reads are on the disk already' }
      : await resolveStream(sample, shop);
  if ('fallback' in found) {
    shop.tell({ type: 'warning', run, problem: `${run} is not streamed: ${found.fallback}` });
    return undefined;
  }
  const index = await ensureIndex(species, config, shop.rules.engine, shop);
  return withPlace(index, 0, work, async () => {
    shop.tell({ type: 'state', run, species, state: 'quantifying' });
    const stage = path.join(layout.staging, run);
    const common = { sample, index, threads: 1, stage, logFile: logFile(config.logDir, run), shop, owner };
    const { result, bytesDownloaded } = await streamRun({ ...found, ...common });
    publishResult(stage, layout, run);
    return { result, layoutUsed: found.layoutUsed, bytesDownloaded };
  });
}
