/** Why a run could not be quantified: one word that programs read, one sentence for people, one remedy. */
import type { ErrorRecord, GtkError } from '../errors.js';
import { gtkError } from '../errors.js';
import type { SampleRecord } from './events.js';

/** What was being done. */
export type Stage = 'index' | 'fetch' | 'extract' | 'filter' | 'quantify' | 'validate';

/** Every reason, with what its user can do. */
export const remedies = {
  // Fetching; the more telling ones stand before the others, see `mostTelling`.
  checksum: 'The archive gives other bytes than it announces; try again later, or another of --sources.',
  'disk-full': 'Free space there, or use smaller batches; the same command then goes on.',
  'not-writable': 'Check the permissions there; the same command then goes on.',
  stalled: 'Run the same command again: the download goes on where it stopped.',
  network: 'Run the same command again: the download goes on where it stopped.',
  'mate-missing': 'Check library layout and files of the run at the archive.',
  redirected: 'If the host can be trusted, allow it with --allow-host.',
  'no-source': 'Add a source with --sources, or the links of the run to the metadata.',
  'not-found': 'Check the accession; runs can be withdrawn.',
  offline: 'Check the connection; the same command then goes on.',
  'private-file-missing': 'Check read1_path and read2_path in the metadata.',
  'file-in-the-way': 'Move the file away, or delete it.',
  'nothing-downloaded':
    'Download it (gtk rna fetch, or gtk rna batch without --skip-download), or put its reads into that folder.',
  'not-settled': 'Something may still write there; run again later, or set --settle-seconds.',
  // Reads.
  'bad-archive': 'The archive file is damaged; delete it and run again.',
  'extract-failed': 'Run the same command again; if it fails again, try another of --sources.',
  'corrupt-gzip': 'The file is damaged; delete it and run again to download it anew.',
  'truncated-input': 'The reads are incomplete; delete the files and run again to download them anew.',
  'not-fastq': 'The file holds something else than reads; delete it and run again.',
  'no-reads': 'The run holds no reads; exclude it in the metadata.',
  'mate-count-mismatch': 'The mates do not belong together; delete the files and run again.',
  'filter-failed': 'Run the same command again, or leave the filter out (fastp: no).',
  // Quantification.
  'no-index': 'See what is said of the index.',
  'bad-reference': 'Correct the FASTA file of the reference, or download it again.',
  'bad-index': 'Delete the index and run again: it is built anew.',
  'zero-aligned': 'Check that the run is of this species and the reference is its transcriptome.',
  'quant-failed': 'See RUN.quant.log in the log folder.',
  'invalid-result': 'See RUN.quant.log in the log folder, and the free space.',
  'too-large': 'Quantify fewer runs at once (--threads, or a lower --memory), or where there is more memory.',
  timeout: 'Run the same command again with more time (--quant-hours).',
  hung: 'Run the same command again; a larger --process-timeout allows longer silence.',
  'client-failed': 'See the log of the client.',
  'missing-tool': 'Install the program; gtk doctor rna names the command.',
  internal: 'This is a fault in gtk; report what it prints.',
} as const;

export type FailureReason = keyof typeof remedies;

/** What ended the work on one run; its neighbours go on. */
export class SampleFailure extends Error {
  override readonly name = 'SampleFailure';

  constructor(
    readonly stage: Stage,
    readonly reason: FailureReason,
    /** One clause: what was found, on which file. */
    message: string,
    /** True if the same work may succeed when it is tried again at once. */
    readonly retryable = false,
  ) {
    super(message);
  }
}

/** A failed run as it is listed on standard error. */
export function failureRecord({ run, stage, reason, problem }: SampleRecord): ErrorRecord {
  const remedy = remedies[reason as FailureReason] ?? remedies.internal;
  const details = { run, stage: stage ?? '', reason: reason ?? '', problem: problem ?? '', remedy };
  return gtkError('GTK_RNA_RUN', details).toJSON();
}

/** A failed index, as an error of its species. */
export function indexError(species: string, { reason, message }: SampleFailure): GtkError {
  return gtkError('GTK_RNA_INDEX', { species, reason, problem: message, remedy: remedies[reason] });
}
