/** The samplesheet of nf-core/rnaseq: `sample,fastq_1,fastq_2,strandedness`, one row a run. */
import { SampleFailure } from '../failure.js';
import type { Sample } from '../sample.js';
import { chooseFastq } from '../sources/choose-fastq.js';

/** What a row is made of. */
export type SheetSample = Pick<Sample, 'run' | 'experiment' | 'archive' | 'privateFiles'>;

/**
 * The samplesheet as CSV. A sample is an experiment, whose runs nf-core/rnaseq puts together, or a run where the
 * experiment is not known. Reads are gzip files that are there, else the user's own, else those of ENA. Runs
 * without any of these are left out.
 *
 * @param keptFiles absolute paths of the reads of a run that are on the disk; none if there are none
 */
export function samplesheetText<S extends SheetSample>(
  samples: readonly S[],
  keptFiles: (sample: S) => readonly string[] = () => [],
): string {
  const rows = samples.flatMap((sample) => {
    const kept = keptFiles(sample).filter((file) => file.endsWith('.gz'));
    const [first, second = ''] = kept.length > 0 ? kept : (sample.privateFiles ?? addressesOf(sample));
    const name = (sample.experiment || sample.run).replace(/\s+/g, '_');
    return first === undefined ? [] : [[name, first, second, 'auto']];
  });
  const lines = [['sample', 'fastq_1', 'fastq_2', 'strandedness'], ...rows];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function addressesOf({ run, archive }: SheetSample): string[] {
  if (!archive) return [];
  try {
    return chooseFastq({ run }, archive).map(({ address }) => `https://${address}`);
  } catch (error) {
    if (error instanceof SampleFailure) return [];
    throw error;
  }
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
