/** One species' configuration, with every path absolute. */
import type { OtherRoots } from './layout.js';
import type { SourceName } from './sources/names.js';

/** Options of a step of the workflow as the file gives them. */
export type StepOptions = Readonly<Record<string, unknown>>;

export interface SpeciesConfig {
  /** The YAML file. */
  file: string;
  /** Name of the file without `amalgkit_` and ending. */
  code: string;
  /** First of species_list, with blanks: `Camponotus floridanus`. */
  name: string;
  workDir: string;
  logDir: string;
  /** OUT of all results: getfastq/, quant/, index/, merge/ are below it. */
  out: string;
  /** Folders besides `out` in which an earlier tool may have left reads and results. */
  roots: OtherRoots;
  /** Table of the runs; whether it is there shows when it is read. */
  metadata: string;
  threads: number;
  /** Sources switched off, as `aws: no`. */
  sourcesOff: readonly SourceName[];
  /** `pfd: yes`: parallel-fastq-dump extracts. */
  parallelDump: boolean;
  /** `fastp: yes`: reads are filtered before they are quantified. */
  fastp: boolean;
  keepFastq: boolean;
  redo: boolean;
  /** `build_index: no` forbids to build a missing index. Default true. */
  buildIndex: boolean;
  /** Folder of reference FASTA files, `OUT/fasta` unless configured; and where else one may lie. */
  fastaFolders: readonly string[];
  /** `OUT/index` unless configured. */
  indexFolder: string;
  /** Transcriptome named by genome.files.transcriptome_fasta, in genome.dest_dir, if both are given. */
  transcriptome: string | undefined;
  requireTissue: boolean;
  /** From `retry{}`. */
  retry: { retries?: number; delaySeconds?: number; backoff?: number };
  steps: Readonly<Record<string, StepOptions>>;
  /** To be told once: unknown keys, options that are ignored. */
  warnings: readonly string[];
}
