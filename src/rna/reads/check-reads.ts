/** Whether the reads of a run are whole and belong together. Programs that quantify do not tell. */
import { statSync } from 'node:fs';
import type { WorkerPool } from '../../engine/pool.js';
import { SampleFailure, type Stage } from '../failure.js';
import type { Sample } from '../sample.js';
import { Slots } from '../slots.js';
import type { Workshop } from '../workshop.js';
import { type CountedFile, countReads, type ReadCounts } from './count-reads.js';

/** What the files of a run hold. */
export interface CheckedReads {
  /** Reads, or pairs. */
  reads: number;
  /** Of all files. */
  bases: number;
  /** In the order of the files. */
  files: ReadCounts[];
}

/**
 * Counts the reads of all files at once.
 *
 * @param files absolute paths; of pairs mate by mate: L1_1, L1_2, L2_1, L2_2
 * @throws SampleFailure if a file is damaged or no FASTQ, or mates have different counts; GTK_UNREADABLE; the
 *   signal's reason
 */
export async function checkReads(
  sample: Pick<Sample, 'run'>,
  files: readonly string[],
  shop: Pick<Workshop, 'pool' | 'signal'>,
  stage: Stage = 'quantify',
): Promise<CheckedReads> {
  const counts = await countFiles(files, stage, shop);
  const isPaired = files.length > 1;
  for (let mate = 0; isPaired && mate < files.length; mate += 2) {
    const [first, second] = [counts[mate]!.reads, counts[mate + 1]?.reads ?? 0];
    if (first === second) continue;
    const problem = `${sample.run} has ${first} first and ${second} second mates: ${files[mate]}`;
    throw new SampleFailure(stage, 'mate-count-mismatch', problem);
  }
  const sum = (of: keyof ReadCounts) => counts.reduce((total, count) => total + count[of], 0);
  return { reads: sum('reads') / (isPaired ? 2 : 1), bases: sum('bases'), files: counts };
}

/**
 * Counts the reads of each file.
 *
 * @throws as {@link checkReads}, but for the counts of mates
 */
export async function countFiles(
  files: readonly string[],
  stage: Stage,
  shop: Pick<Workshop, 'pool' | 'signal'>,
): Promise<ReadCounts[]> {
  return Promise.all(
    files.map(async (file) => {
      const counted = await countFile(file, shop);
      if ('counts' in counted) return counted.counts;
      throw new SampleFailure(stage, counted.reason, counted.problem);
    }),
  );
}

/** Compressed bytes up to which asking another thread, which may have to start, costs more than counting. */
const SMALL_BYTES = 1 << 20;

/** The pool would start a thread for every file; whoever asks may hold processors, so these are counted apart. */
const counting = new WeakMap<WorkerPool, Slots>();

async function countFile(
  file: string,
  { pool, signal }: Pick<Workshop, 'pool' | 'signal'>,
): Promise<CountedFile> {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= SMALL_BYTES) return countReads({ file });
  const slots = counting.get(pool) ?? new Slots(Math.max(1, pool.threads));
  counting.set(pool, slots);
  const release = await slots.take(1, signal);
  try {
    return await pool.runPiece<CountedFile>('countReads', { file });
  } finally {
    release();
  }
}
