/** Names of files in a run's folder. */

/** Whether a file belongs to the run: SRR1_1.fastq.gz to SRR1, SRR10.sra not. */
export function isOfRun(name: string, run: string): boolean {
  return name === run || name.startsWith(`${run}_`) || name.startsWith(`${run}.`);
}

/** Names of the FASTQ files of a run: one of single reads, two of mates. */
export function fastqNames(run: string, files: number, ending = '.fastq.gz'): string[] {
  return files === 1 ? [`${run}${ending}`] : [`${run}_1${ending}`, `${run}_2${ending}`];
}

/** The folders in a run's folder where an archive is unpacked, and where reads are filtered. */
export const extractFolder = (run: string) => `${run}.extract`;
export const filterFolder = (run: string) => `${run}.filter`;

/** All of them. */
export const temporaryFolders = (run: string) => [extractFolder(run), filterFolder(run)];
