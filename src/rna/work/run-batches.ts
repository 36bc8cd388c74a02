/** Runs batch after batch; none can harm another. */
import type { SampleRecord } from '../events.js';
import type { Sample } from '../sample.js';
import { Slots } from '../slots.js';
import type { SpeciesWork } from './species-work.js';

/** Works on the runs of one batch and hands over a record of each. Throws the signal's reason, nothing else. */
export type BatchWork = (
  samples: readonly Sample[],
  batch: number,
  ended: (record: SampleRecord) => void,
) => Promise<void>;

/**
 * Works on all batches in order, up to `ahead` of them begun before the one in front of them has ended: their
 * downloads then overlap its quantification. An abort ends the work; what was recorded before is returned.
 */
export async function runBatches(
  batches: readonly Sample[][],
  ahead: number,
  { shop }: SpeciesWork,
  workOn: BatchWork,
): Promise<SampleRecord[]> {
  const open = new Slots(1 + ahead);
  const records: SampleRecord[] = [];
  const one = async (samples: Sample[], index: number) => {
    const release = await open.take(1, shop.signal);
    const before = performance.now();
    try {
      const ended: SampleRecord[] = [];
      await workOn(samples, index + 1, (record) => {
        ended.push(record);
        records.push(record);
      });
      const count = (state: string) => ended.filter((record) => record.state === state).length;
      shop.tell({
        type: 'batch',
        batch: index + 1,
        runs: samples.map(({ run }) => run),
        done: count('done'),
        failed: count('failed'),
        seconds: Math.round(performance.now() - before) / 1000,
      });
    } finally {
      release();
    }
  };
  // An abort reaches all of them; the first to throw must not leave the others unwatched.
  const ends = await Promise.allSettled(batches.map(one));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed && !shop.signal.aborted) throw failed.reason;
  return records;
}
