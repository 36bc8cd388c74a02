/** Which of the FASTQ files of a run are its reads. */
import { SampleFailure } from '../failure.js';
import type { ArchiveFile, ArchiveFiles, Sample } from '../sample.js';

/** A file to be fetched. */
export interface ChosenFile extends ArchiveFile {
  /** Its name in the run's folder. */
  localName: string;
  /** MD5 sums of which it must have one; none where none is known. */
  md5s: readonly string[];
}

/**
 * Both mates where both are there; their orphans, `RUN.fastq.gz`, are left out. Else the only file: archives label
 * runs as paired that have one; as `RUN.fastq.gz` it is not taken for a mate. Files are told apart by name, since
 * their order is not reliable.
 *
 * @throws SampleFailure `mate-missing`
 */
export function chooseFastq({ run }: Pick<Sample, 'run'>, { files, md5s }: ArchiveFiles): ChosenFile[] {
  const named = (ending: string) => files.find(({ name }) => name === `${run}${ending}.fastq.gz`);
  const [first, second, whole] = [named('_1'), named('_2'), named('')];
  const single = files.length === 1 ? files[0] : first || second ? undefined : whole;
  const chosen =
    first && second ? [first, second] : single && /\.(fastq|fq)\.gz$/.test(single.name) && [single];
  if (!chosen) {
    const names = files.map(({ name }) => name).join(', ');
    const problem = `there is ${names}, expected ${run}_1.fastq.gz and ${run}_2.fastq.gz, or one file`;
    throw new SampleFailure('fetch', 'mate-missing', problem);
  }
  return chosen.map((file) => ({
    ...file,
    localName: chosen.length > 1 ? file.name : `${run}.fastq.gz`,
    // Where the report has fewer sums than files, any of them may be this one's.
    md5s: file.md5 === undefined ? md5s : [file.md5],
  }));
}
