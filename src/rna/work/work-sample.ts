/** One run from its state on disk to a record of how it ended. Nothing that happens to it reaches its neighbours. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SampleRecord } from '../events.js';
import type { QuantResult } from '../quant/quantify.js';
import { validateResult } from '../quant/result.js';
import { deleteReads } from '../reads/delete-reads.js';
import type { LibraryLayout, Sample } from '../sample.js';
import { deleteUnfinished } from '../sources/fetch-run.js';
import { prepareReads, type Reads } from './prepare-reads.js';
import { quantifyReads } from './quantify-reads.js';
import type { SpeciesWork } from './species-work.js';
import { type StreamedSample, streamSample } from './stream-sample.js';
import { toFailure } from './to-failure.js';

/** Seconds before the second attempt; they double from attempt to attempt. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 300;

/**
 * Quantifies a run, again where that may help, and deletes its reads once the result stands.
 *
 * @throws the signal's reason, nothing else
 */
export async function workSample(sample: Sample, work: SpeciesWork, batch?: number): Promise<SampleRecord> {
  const { run, species } = sample;
  const { shop } = work;
  const before = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const done = await attemptOnce(sample, work);
      return tellEnd({ run, species, state: 'done', ...done, ...facts(attempt) }, work);
    } catch (thrown) {
      shop.signal.throwIfAborted();
      const { stage, reason, message, retryable } = toFailure(thrown, 'quantify');
      // On a full disk, a part of a download would keep all neighbours from going on.
      if (reason === 'disk-full') deleteUnfinished(work.layout.runFolder(run), run);
      if (!retryable || attempt >= shop.rules.attempts) {
        const why = { stage, reason, problem: message, bytesDownloaded: 0, bytesFreed: 0 };
        return tellEnd({ run, species, state: 'failed', ...why, ...facts(attempt) }, work);
      }
      const pauseSeconds = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1));
      shop.tell({ type: 'retry', run, attempt, problem: message, pauseSeconds });
      await sleep(pauseSeconds * 1000, undefined, { signal: shop.signal }).catch(() => {});
      shop.signal.throwIfAborted();
    }
  }

  function facts(attempt: number) {
    const seconds = Math.round(performance.now() - before) / 1000;
    return { attempt, seconds, ...(batch !== undefined && { batch }) };
  }
}

type Done = Pick<
  SampleRecord,
  | 'source'
  | 'layoutUsed'
  | 'readsProcessed'
  | 'pPseudoaligned'
  | 'bytesDownloaded'
  | 'bytesFreed'
  | 'warnings'
>;

async function attemptOnce(sample: Sample, work: SpeciesWork): Promise<Done> {
  const { shop } = work;
  const release = shop.disk.hold();
  let reads: Reads | undefined;
  try {
    const streamed = shop.rules.stream ? await streamSample(sample, work) : undefined;
    if (streamed) return concludedStream(sample, streamed, work);
    reads = await prepareReads(sample, work);
    return concluded(sample, reads, await quantifyReads(sample, reads, work), work);
  } catch (thrown) {
    if (reads && shop.rules.deleteOnFailure && !shop.signal.aborted) {
      deleteReads(work.layout, sample, reads.folder);
    }
    throw thrown;
  } finally {
    release();
  }
}

/** Notes that the result is valid, and deletes the reads. */
function concluded(sample: Sample, reads: Reads, result: QuantResult, work: SpeciesWork): Done {
  const { run, layout } = sample;
  noteValid(run, result, work);
  const { shop } = work;
  const { freed, warnings } = shop.rules.keepFastq
    ? { freed: 0, warnings: [] }
    : deleteReads(work.layout, sample, reads.folder);
  if (freed > 0) shop.tell({ type: 'freed', run, bytes: freed });
  const { source, layoutUsed, bytesDownloaded } = reads;
  return {
    ...{ source, layoutUsed, bytesDownloaded, bytesFreed: freed },
    readsProcessed: result.readsProcessed,
    pPseudoaligned: result.pPseudoaligned,
    warnings: [...otherLayout(run, layout, layoutUsed), ...result.warnings, ...warnings],
  };
}

function concludedStream(sample: Sample, streamed: StreamedSample, work: SpeciesWork): Done {
  const { run, layout } = sample;
  const { result, layoutUsed, bytesDownloaded } = streamed;
  noteValid(run, result, work);
  return {
    ...{ source: 'stream', layoutUsed, bytesDownloaded, bytesFreed: 0 },
    readsProcessed: result.readsProcessed,
    pPseudoaligned: result.pPseudoaligned,
    warnings: [...otherLayout(run, layout, layoutUsed), ...result.warnings],
  };
}

/** Judges the published result once more. */
function noteValid(run: string, { readsProcessed, pPseudoaligned }: QuantResult, work: SpeciesWork): void {
  const { stamp } = validateResult(work.layout.quantFolder(run), run);
  work.shop.tell({ type: 'valid', run, stamp, readsProcessed, pPseudoaligned });
}

function otherLayout(run: string, layout: LibraryLayout, used: LibraryLayout): string[] {
  if (used === layout) return [];
  const files = used === 'single' ? 'one file' : 'files of both mates';
  return [`${run} is ${layout} in the metadata, but has ${files}: quantified as ${used}`];
}

function tellEnd(record: SampleRecord, { shop }: SpeciesWork): SampleRecord {
  shop.tell({ type: 'end', record });
  return record;
}
