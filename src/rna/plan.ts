/** From the rows of a metadata table to batches of runs. Pure. */
import { bytesOf } from './disk.js';
import type { Sample } from './sample.js';

/** What is to be done, and what not. */
export interface BatchPlan {
  batches: Sample[][];
  /** Runs with a valid result. */
  skipped: Sample[];
  /** Runs that are not to be quantified, with the reason. */
  excluded: { sample: Sample; reason: string }[];
}

/** How runs are put into batches. */
export interface BatchRules {
  batchSize: number;
  /** Of the eligible runs, only so many from the first; undefined is all. */
  maxSamples?: number;
  /** Bytes of reads that a batch may have on disk; undefined is any. A batch has one run at least. */
  diskBytes?: number;
}

/** Cuts the runs that are left to do into batches, in the order of the metadata. */
export function planBatches(
  samples: readonly Sample[],
  isDone: (sample: Sample) => boolean,
  { batchSize, maxSamples = Number.POSITIVE_INFINITY, diskBytes = Number.POSITIVE_INFINITY }: BatchRules,
): BatchPlan {
  const excluded: BatchPlan['excluded'] = [];
  const eligible: Sample[] = [];
  for (const sample of samples) {
    const reason = sample.excluded ?? (eligible.length < maxSamples ? undefined : 'beyond --max-samples');
    if (reason === undefined) eligible.push(sample);
    else excluded.push({ sample, reason });
  }
  const skipped = eligible.filter(isDone);
  const done = new Set(skipped);
  const batches: Sample[][] = [];
  let bytes = 0;
  for (const sample of eligible.filter((sample) => !done.has(sample))) {
    const last = batches.at(-1);
    const own = bytesOf(sample);
    if (last && last.length < batchSize && bytes + own <= diskBytes) {
      last.push(sample);
      bytes += own;
    } else {
      batches.push([sample]);
      bytes = own;
    }
  }
  return { batches, skipped, excluded };
}

/** A batch size that suits the free space: the more there is, the more runs at once. */
export function automaticBatchSize(freeBytes: number): number {
  const gigabytes = freeBytes / 2 ** 30;
  const [least, most] = gigabytes < 500 ? [8, 12] : gigabytes < 1000 ? [20, 30] : [50, 100];
  return Math.max(least!, Math.min(most!, Math.floor((gigabytes * 0.7) / 1.5)));
}
