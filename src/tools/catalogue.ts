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
  // The Python client has no version option that works without its packages.
  amalgkit: program('amalgkit', '', 'amalgkit', ['--version']),
} as const satisfies Record<string, ProgramSpec>;

export type ProgramName = keyof typeof programs;
