/** Runs of one experiment or sample taken together: technical replicates. */
import { type Column, emptyColumn } from './abundance.js';

/**
 * The sum of several runs: counts are added, the effective length is the mean weighted with the counts of the
 * runs, and transcripts per million follow from both (Li and Dewey 2011, doi:10.1186/1471-2105-12-323). A run
 * that is alone stays as it is.
 *
 * @param runs of equally many targets; each is asked for once
 */
export async function combineRuns(runs: AsyncIterable<Column>): Promise<Column> {
  let alone: Column | undefined;
  let sum: Sum | undefined;
  for await (const run of runs) {
    if (sum) sum.add(run);
    else if (alone) {
      sum = new Sum(alone.values.tpm.length);
      sum.add(alone);
      sum.add(run);
    } else alone = run;
  }
  return sum?.column() ?? alone ?? emptyColumn(0);
}

class Sum {
  readonly #sum: Column;
  #reads = 0;

  constructor(targets: number) {
    this.#sum = emptyColumn(targets);
  }

  add({ values, whole }: Column): void {
    const { est_counts, eff_length } = this.#sum.values;
    const reads = sumOf(values.est_counts);
    for (let i = 0; i < est_counts.length; i++) {
      est_counts[i]! += values.est_counts[i]!;
      eff_length[i]! += values.eff_length[i]! * reads;
    }
    this.#reads += reads;
    this.#sum.whole.est_counts &&= whole.est_counts;
  }

  column(): Column {
    const { values, whole } = this.#sum;
    const { est_counts, eff_length, tpm } = values;
    for (let i = 0; i < tpm.length; i++) {
      eff_length[i]! /= this.#reads;
      tpm[i] = eff_length[i]! > 0 ? est_counts[i]! / eff_length[i]! : 0;
    }
    const scale = 1e6 / sumOf(tpm);
    for (let i = 0; i < tpm.length; i++) tpm[i]! *= scale;
    return { values, whole: { ...whole, eff_length: false, tpm: false } };
  }
}

function sumOf(numbers: Float64Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
