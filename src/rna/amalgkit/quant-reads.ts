/** Results of runs by `amalgkit quant`. */
import { rmSync } from 'node:fs';
import { freeBytes } from '../disk.js';
import { SampleFailure } from '../failure.js';
import type { Metadata } from '../metadata/read.js';
import { resultStamp, type ValidResult, validateResult } from '../quant/result.js';
import type { Sample } from '../sample.js';
import type { SpeciesWork } from '../work/species-work.js';
import { toFailure } from '../work/to-failure.js';
import { handedOptions } from './arguments.js';
import { failureOf, runClient } from './run-client.js';

/** With less space than this left, a result that is not valid was most likely cut off by the disk's end. */
const FULL_BYTES = 100 * 2 ** 20;

/** Part of the archive's count of reads below which they count as incomplete. */
const WHOLE = 0.99;

/**
 * Has the client quantify runs whose reads lie where it looks for them.
 *
 * @param clean whether it deletes the reads of what it has quantified
 * @returns the result of each run, or what failed
 * @throws the signal's reason
 */
export async function quantReads(
  samples: readonly Sample[],
  clean: boolean,
  metadata: Metadata,
  work: SpeciesWork,
): Promise<Map<string, ValidResult | SampleFailure>> {
  const { shop, layout, config } = work;
  const { quantHours } = shop.rules;
  for (const { run, species } of samples) shop.tell({ type: 'state', run, species, state: 'quantifying' });
  const stamps = new Map(samples.map(({ run }) => [run, resultStamp(layout.quantFolder(run), run)]));
  const options = {
    tool_timeout_seconds: Math.ceil(quantHours * 3600),
    index_dir: config.indexFolder,
    ...(config.fastaFolders[0] !== undefined && { fasta_dir: config.fastaFolders[0] }),
    build_index: config.buildIndex,
    clean_fastq: clean,
    // What is here has no valid result, or is to be done again: the client must not stop at what lies there.
    redo: true,
  };
  try {
    const seconds = samples.length * quantHours * 3600;
    const end = await runClient({ subcommand: 'quant', samples, metadata, options, seconds }, work);
    return new Map(
      samples.map((sample) => {
        const { run } = sample;
        const folder = layout.quantFolder(run);
        const stamp = resultStamp(folder, run);
        const isNew = stamp !== undefined && stamp !== stamps.get(run);
        return [run, isNew ? judged(sample, folder, work) : failureOf(run, end, 'quantify', work)];
      }),
    );
  } catch (thrown) {
    shop.signal.throwIfAborted();
    const failure = toFailure(thrown, 'quantify');
    return new Map(samples.map(({ run }) => [run, failure]));
  }
}

/** The result that the client left, if it stands. */
function judged(sample: Sample, folder: string, work: SpeciesWork): ValidResult | SampleFailure {
  const { run, totalSpots } = sample;
  const { layout } = work;
  try {
    const result = validateResult(folder, run);
    if (isFiltered(work) || result.readsProcessed >= WHOLE * totalSpots) return result;
    // Left there, it would count as done from now on.
    for (const file of [layout.abundance(run), layout.runInfo(run)]) rmSync(file, { force: true });
    const found = `${result.readsProcessed} reads were processed, the run has ${totalSpots}`;
    return new SampleFailure('quantify', 'truncated-input', found);
  } catch (thrown) {
    if (freeBytes(folder) >= FULL_BYTES) return toFailure(thrown, 'validate');
    return new SampleFailure('quantify', 'disk-full', `${folder} has too little space for the result`);
  }
}

/** Whether the client itself may have left out reads. It filters with fastp unless told not to. */
function isFiltered({ config }: SpeciesWork): boolean {
  const { options } = handedOptions('getfastq', config.steps.getfastq);
  const { fastp = true, rrna_filter = false, contam_filter = false, max_bp } = options;
  return Boolean(fastp || rrna_filter || contam_filter || max_bp !== undefined);
}
