/** Whether the reads of a run are whole and belong together. Programs that quantify do not tell. */
import { SampleFailure, type Stage } from '../failure.js';
import type { Sample } from '../sample.js';
import type { Workshop } from '../workshop.js';
import type { ReadCounts } from './count-reads.js';

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
  shop: Pick<Workshop, 'counting' | 'signal'>,
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
  { counting, signal }: Pick<Workshop, 'counting' | 'signal'>,
): Promise<ReadCounts[]> {
  return Promise.all(
    files.map(async (file) => {
      const counted = await counting.count(file, signal);
      if ('counts' in counted) return counted.counts;
      throw new SampleFailure(stage, counted.reason, counted.problem);
    }),
  );
}
