/** The external programs that gtk can drive, where they come from, and how each tells its version. */

/** One program. */
export interface ProgramSpec {
  /** What is looked for on the PATH. */
  program: string;
  /** Debian package. */
  apt: string;
  /** Package of the bioconda or conda-forge channel. */
  conda: string;
  /** Arguments that make it print its version. */
  versionArgs: readonly string[];
  /** Where the version stands in what it prints. */
  version: RegExp;
}

const number = /(\d+(?:\.\d+)+\S*)/;

const program = (
  name: string,
  apt: string,
  conda: string,
  versionArgs: readonly string[] = ['--version'],
): ProgramSpec => ({ program: name, apt, conda, versionArgs, version: number });

/** By the name of the program. */
export const programs = {
  kallisto: program('kallisto', 'kallisto', 'kallisto', ['version']),
  salmon: program('salmon', 'salmon', 'salmon', ['--no-version-check', '--version']),
  'fasterq-dump': program('fasterq-dump', 'sra-toolkit', 'sra-tools'),
  'vdb-validate': program('vdb-validate', 'sra-toolkit', 'sra-tools'),
  'sra-stat': program('sra-stat', 'sra-toolkit', 'sra-tools'),
  prefetch: program('prefetch', 'sra-toolkit', 'sra-tools'),
  'parallel-fastq-dump': program('parallel-fastq-dump', 'parallel-fastq-dump', 'parallel-fastq-dump'),
  fastp: program('fastp', 'fastp', 'fastp'),
  pigz: program('pigz', 'pigz', 'pigz'),
  gzip: program('gzip', 'gzip', 'gzip'),
  mkfifo: program('mkfifo', 'coreutils', 'coreutils'),
  amalgkit: program('amalgkit', '', 'amalgkit'),
  fastqc: program('fastqc', 'fastqc', 'fastqc'),
  cutadapt: program('cutadapt', 'cutadapt', 'cutadapt'),
  bwa: program('bwa', 'bwa', 'bwa', []),
  'bwa-mem2': program('bwa-mem2', '', 'bwa-mem2', ['version']),
  samtools: program('samtools', 'samtools', 'samtools'),
} as const satisfies Record<string, ProgramSpec>;

export type ProgramName = keyof typeof programs;

/** A program that a job calls. */
export interface JobProgram {
  program: ProgramName;
  /** Nothing of the job works without it. */
  isNeeded?: true;
  /** What it is for, as a clause. */
  purpose: string;
}

/** The steps are the same from the shell and in a server. */
const pcrPrograms: readonly JobProgram[] = [
  { program: 'cutadapt', isNeeded: true, purpose: 'cuts primers and linkers off reads' },
  { program: 'bwa', isNeeded: true, purpose: 'maps reads' },
  { program: 'samtools', isNeeded: true, purpose: 'sorts, indexes and counts alignments' },
  { program: 'mkfifo', isNeeded: true, purpose: 'makes the pipe between aligner and sorter' },
  { program: 'fastqc', purpose: 'controls the quality of reads' },
  { program: 'fastp', purpose: 'filters reads by quality' },
  { program: 'bwa-mem2', purpose: 'maps reads faster, where genomes are indexed for it' },
];

/** The programs of each job that calls any. */
export const jobPrograms: Readonly<Record<string, readonly JobProgram[]>> = {
  rna: [
    { program: 'kallisto', isNeeded: true, purpose: 'quantifies' },
    { program: 'salmon', purpose: 'quantifies with --engine salmon' },
    { program: 'fasterq-dump', purpose: 'unpacks runs of which ENA has no FASTQ' },
    { program: 'vdb-validate', purpose: 'checks SRA archives before they are unpacked' },
    { program: 'sra-stat', purpose: 'tells how many spots an SRA archive has' },
    { program: 'prefetch', purpose: 'downloads what no other source has' },
    { program: 'parallel-fastq-dump', purpose: 'unpacks with pfd: yes' },
    { program: 'fastp', purpose: 'filters reads with fastp: yes' },
    { program: 'pigz', purpose: 'compresses unpacked reads on several processors' },
    { program: 'gzip', purpose: 'compresses them where pigz is missing' },
    { program: 'mkfifo', purpose: 'makes the pipes of --stream' },
    { program: 'amalgkit', purpose: 'downloads and quantifies with --engine amalgkit' },
  ],
  pcr: pcrPrograms,
  serve: pcrPrograms,
};
