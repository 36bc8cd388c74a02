/** What the steps on reads count: the `summary` of their records, and of their results in the server's answers. */

/** Quality control of both files, R1 first. */
export interface QcSummary {
  reads: QcReport[];
}

export interface QcReport {
  /** Name of the file of reads. */
  file: string;
  /** Relative to the step's folder. */
  html: string;
  zip: string;
  sequences: number;
  /** Bases of a read, or of the shortest and the longest as `30-150`. */
  length: string;
  gc_percent: number;
  modules: { name: string; status: 'PASS' | 'WARN' | 'FAIL' }[];
}

export interface UmiSummary {
  read: 'r1' | 'r2';
  pattern: string;
  pairs_in: number;
  pairs_out: number;
  /** Pairs dropped because the read is shorter than the pattern. */
  too_short: number;
  distinct_umis: number;
  /** Whether there are more than were counted. */
  distinct_umis_is_minimum: boolean;
}

export interface CutadaptSummary {
  passes: CutadaptPass[];
  pairs_in: number;
  pairs_out: number;
}

export interface CutadaptPass {
  /** What it cuts off: the LTR primer of R1, the linker of R2, or each mate's sequence at the other's end. */
  cuts: 'ltr' | 'linker' | 'readthrough';
  pairs_in: number;
  pairs_out: number;
  /** Reads in which the sequence was found; null where none was looked for. */
  r1_with_adapter: number | null;
  r2_with_adapter: number | null;
  /** Pairs dropped as too short, and for want of the LTR primer. */
  too_short: number;
  without_ltr: number;
  bases_in: number;
  bases_out: number;
}

/** As in fastp's own report. */
export interface FastpSummary {
  before_filtering: FastpTotals;
  after_filtering: FastpTotals;
  filtering_result: Record<string, number>;
  duplication_rate: number | null;
  insert_size_peak: number | null;
  adapter_trimmed_reads: number;
}

export interface FastpTotals {
  total_reads: number;
  total_bases: number;
  q30_rate: number;
  gc_content: number;
}

export interface ReadlenSummary {
  files: ReadLengths[];
}

export interface ReadLengths {
  file: string;
  reads: number;
  bases: number;
  /** Ascending; `cumulative_fraction` is that of the reads with at least this length. Empty for a file without reads. */
  lengths: { length: number; count: number; cumulative_fraction: number }[];
}

export interface MappingSummary {
  aligner: 'bwa' | 'bwa-mem2';
  aligner_version: string;
  genome: string;
  /** What the genome's index was made with. */
  index: { program: 'bwa' | 'bwa-mem2'; version: string };
  flagstat: Flagstat;
}

/** Alignments by samtools flagstat, those that failed quality control included. */
export interface Flagstat {
  total: number;
  primary: number;
  secondary: number;
  supplementary: number;
  duplicates: number;
  primary_duplicates: number;
  mapped: number;
  primary_mapped: number;
  paired: number;
  read1: number;
  read2: number;
  properly_paired: number;
  both_mapped: number;
  singletons: number;
  mate_on_other_contig: number;
  mate_on_other_contig_mapq5: number;
}
