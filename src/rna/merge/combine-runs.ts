/** Runs of one experiment or sample taken together: technical replicates. */
import type { Column, Values } from './abundance.js';
import { emptyColumn } from './abundance.js';

/**
 * The sum of several runs: counts are added, the effective length is the mean weighted with the counts of the
 * runs, and transcripts per million follow from both (Li and Dewey 2011, doi:10.1186/1471-2105-12-323). A run
 * that is alone stays as it is.
 *
 * @param runs of equally many targets; each is asked for once
 */
export async function combineRuns(runs: AsyncIterable<Column>): Promise<Column> {
  let sum: Column | undefined;
  let total = 0;
  let isAlone = true;
  for await (const run of runs) {
    const reads = sumOf(run.values.est_counts);
    if (sum === undefined) {
      sum = run;
      total = reads;
      continue;
    }
    if (isAlone) sum = { ...sum, values: weighted(sum.values, total) };
    isAlone = false;
    total += reads;
    const { values, whole } = sum;
    for (let i = 0; i < values.tpm.length; i++) {
      values.est_counts[i]! += run.values.est_counts[i]!;
      values.eff_length[i]! += run.values.eff_length[i]! * reads;
    }
    whole.est_counts &&= run.whole.est_counts;
  }
  if (sum === undefined) return emptyColumn(0);
  if (isAlone) return sum;
  const { values, whole } = sum;
  for (let i = 0; i < values.eff_length.length; i++) values.eff_length[i]! /= total;
  transcriptsPerMillion(values);
  return { values, whole: { ...whole, eff_length: false, tpm: false } };
}

function weighted(values: Values, weight: number): Values {
  return { ...values, eff_length: values.eff_length.map((length) => length * weight) };
}

/** Sets transcripts per million from counts and effective lengths. */
function transcriptsPerMillion({ est_counts, eff_length, tpm }: Values): void {
  for (let i = 0; i < tpm.length; i++) tpm[i] = eff_length[i]! > 0 ? est_counts[i]! / eff_length[i]! : 0;
  const scale = 1e6 / sumOf(tpm);
  for (let i = 0; i < tpm.length; i++) tpm[i]! *= scale;
}

function sumOf(numbers: Float64Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
