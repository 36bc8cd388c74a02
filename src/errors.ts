/**
 * Every error that gtk can report, once: code, exit status, sentence, remedy.
 *
 * A message says what failed, on which file and place, what was found and what was expected;
 * the remedy says what to do. Codes are never reused. `docs/errors.md` lists them all, and a
 * test holds the two together.
 */

/** Exit statuses of every command. */
export const ExitStatus = {
  done: 0,
  /** Some items failed; the rest is written and the failures are listed on stderr. */
  someFailed: 1,
  usage: 2,
  badInput: 3,
  environment: 4,
  internal: 5,
  /** Between gtk and a scheduler: the same command may succeed later. */
  tryAgain: 75,
  interrupted: 130,
  terminated: 143,
} as const;

interface Entry<D> {
  status: number;
  message: (details: D) => string;
  remedy: (details: D) => string;
}

function entry<D>(status: number, message: Entry<D>['message'], remedy: Entry<D>['remedy']): Entry<D> {
  return { status, message, remedy };
}

const { someFailed, usage, badInput, environment, internal } = ExitStatus;

/** The list itself, in the order of the exit statuses. */
export const catalogue = {
  GTK_USAGE: entry<{ problem: string; command: string }>(
    usage,
    (d) => d.problem,
    (d) => `See '${d.command} --help'.`,
  ),
  GTK_INPUT_MISSING: entry<{ path: string }>(
    usage,
    (d) => `No such file or folder: ${d.path}`,
    () => 'Check the spelling of the path.',
  ),
  GTK_INPUT_TWICE: entry<{ path: string; before: string }>(
    usage,
    (d) => `${d.path} is given twice${d.before === d.path ? '' : `, before as ${d.before}`}`,
    () => 'Name every input once: its sequences would be counted twice.',
  ),
  GTK_RUN_DIFFERS: entry<{ folder: string; differences: string[] }>(
    usage,
    (d) => `The run in ${d.folder} was started differently: ${d.differences.join('; ')}`,
    () => 'Repeat the earlier command to resume it, choose another --out, or add --fresh to start over.',
  ),
  GTK_INPUT_CHANGED: entry<{ path: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.path} changed since the run was planned: found ${d.found}, expected ${d.expected}`,
    () => 'Restore the file, or add --fresh to start over with the file as it is now.',
  ),
  GTK_RUN_LOCKED: entry<{ folder: string; pid: number; host: string; since: string }>(
    environment,
    (d) => `Another gtk works in ${d.folder}: process ${d.pid} on ${d.host}, since ${d.since}`,
    () => 'Wait for it to end, or choose another --out.',
  ),
  GTK_NO_RUN: entry<{ folder: string }>(
    usage,
    (d) => `${d.folder} holds no run of gtk`,
    () => 'Name the output folder of a run (the one that contains .gtk).',
  ),
  GTK_NO_TASK: entry<{ folder: string; index: string; tasks: number }>(
    usage,
    (d) => `Run ${d.folder} has no task ${d.index}: it has ${d.tasks}, counted from 0`,
    () => 'Name the index of one of its tasks.',
  ),
  GTK_FOREIGN_RUN: entry<{ folder: string; version: string; own: string }>(
    usage,
    (d) => `The run in ${d.folder} was made by gtk ${d.version}, this is gtk ${d.own}`,
    () => 'Finish it with that version, or add --fresh to start over.',
  ),
  GTK_NOT_FASTA: entry<{ path: string; place: string; found: string }>(
    badInput,
    (d) => `${d.path} is not FASTA: ${d.place} has ${d.found}, expected a record that begins with '>'`,
    () => 'Give nucleotide FASTA (plain, gzip, BGZF or zstd) or Parquet with a column named sequence.',
  ),
  GTK_FASTQ: entry<{ path: string }>(
    badInput,
    (d) => `${d.path} is FASTQ: line 1 begins with '@', expected FASTA, which begins with '>'`,
    () => "Convert it first, for instance with 'seqkit fq2fa'.",
  ),
  GTK_PROTEIN: entry<{ path: string; place: string; found: string }>(
    badInput,
    (d) =>
      `${d.path} holds protein: ${d.place} has ${d.found}, expected nucleotides (A C G T U and IUPAC codes)`,
    () => 'Give the coding sequences (CDS) instead of their translations.',
  ),
  GTK_BINARY: entry<{ path: string; place: string; found: string }>(
    badInput,
    (d) => `${d.path} is not text: ${d.place} has ${d.found}, expected letters`,
    () => 'The file is damaged or of another format; give FASTA (plain, gzip, BGZF or zstd) or Parquet.',
  ),
  GTK_EMPTY_INPUT: entry<{ path: string }>(
    badInput,
    (d) => `${d.path} is empty: found no record, expected at least one`,
    () => 'Check how the file was made; leave it out if it should be empty.',
  ),
  GTK_LINE_ENDS: entry<{ path: string; place: string }>(
    badInput,
    (d) => `${d.path} has lines that end in CR alone, first at ${d.place}; expected LF or CR LF`,
    () => "Convert it, for instance with 'mac2unix' or 'tr \\r \\n'.",
  ),
  GTK_NO_GENETIC_CODE: entry<{ found: string; expected: string }>(
    usage,
    (d) => `There is no genetic code ${d.found}; expected one of the NCBI translation tables ${d.expected}`,
    () => 'Give the number of an NCBI translation table, for instance 1 for the standard code.',
  ),
  GTK_OPTIMAL_CODONS: entry<{ path: string; place: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.path} is no list of optimal codons: ${d.place} has ${d.found}, expected ${d.expected}`,
    () => 'Give one codon a line, such as CTG; blank lines and comments after # are allowed.',
  ),
  GTK_NOT_GFF: entry<{ path: string; line: number; found: string }>(
    badInput,
    (d) =>
      `${d.path} is not GFF3 or GTF: line ${d.line} has ${d.found}, expected nine columns separated by tabs`,
    () => 'Give the annotation of the genome as GFF3 or GTF (plain, gzip, BGZF or zstd).',
  ),
  GTK_GFF_VALUE: entry<{ path: string; line: number; found: string; expected: string }>(
    badInput,
    (d) => `${d.path}, line ${d.line}: found ${d.found}, expected ${d.expected}`,
    () => 'Correct the line, or leave it out of the annotation.',
  ),
  GTK_NO_CDS: entry<{ path: string; features: number }>(
    badInput,
    (d) =>
      `${d.path} annotates no coding sequence: found none in ${d.features} feature lines, expected at least one CDS`,
    () => 'Give the annotation with the CDS features; exons and genes alone do not tell what is translated.',
  ),
  GTK_CONTIG_MISSING: entry<{
    path: string;
    genome: string;
    missing: string[];
    count: number;
    others: string[];
    /** Whether some would match but for `chr` at the front. */
    prefix: boolean;
  }>(
    badInput,
    (d) =>
      `${d.genome} lacks ${d.count} of the contigs on which ${d.path} has coding sequences: ` +
      `${d.missing.join(', ')}${d.count > d.missing.length ? ', …' : ''}` +
      (d.others.length > 0 ? `; it has others, such as ${d.others.join(', ')}` : ''),
    (d) =>
      d.prefix
        ? "The names differ in the prefix 'chr': take both files from the same source, or rename the contigs of one."
        : 'Give the genome and the annotation of the same assembly and release, with all its contigs.',
  ),
  GTK_BEYOND_CONTIG: entry<{
    path: string;
    line: number;
    start: number;
    end: number;
    genome: string;
    contig: string;
    length: number;
  }>(
    badInput,
    (d) =>
      `${d.path}, line ${d.line}: CDS ${d.start} to ${d.end} reaches beyond contig ${d.contig}, ` +
      `which has ${d.length} bases in ${d.genome}`,
    () =>
      'Give the genome and the annotation of the same release; a circular contig needs a region feature with ' +
      'Is_circular=true over its whole length.',
  ),
  GTK_DUPLICATE_CONTIG: entry<{ path: string; contig: string }>(
    badInput,
    (d) => `${d.path} has contig ${d.contig} a second time, expected every contig once`,
    () => 'Remove one of the two, or name only one genome.',
  ),
  GTK_TRUNCATED: entry<{ path: string; format: string; place: string }>(
    badInput,
    (d) => `${d.path} is cut short: the ${d.format} stream ends at ${d.place} before its end mark`,
    () => 'Copy or download the file again.',
  ),
  GTK_CORRUPT: entry<{ path: string; format: string; place: string; found: string }>(
    badInput,
    (d) => `${d.path} is damaged: ${d.format} data at ${d.place}: ${d.found}`,
    () => 'Copy or download the file again.',
  ),
  GTK_UNREADABLE: entry<{ path: string; reason: string }>(
    badInput,
    (d) => `${d.path} cannot be read: ${d.reason}`,
    () => "Check the file's permissions and the disk it is on.",
  ),
  GTK_NO_INPUT_IN_FOLDER: entry<{ path: string; expected: string }>(
    badInput,
    (d) => `${d.path} holds no input: found no file that ends in ${d.expected}`,
    () => 'Name the files themselves, or another folder.',
  ),
  GTK_NO_COLUMN: entry<{ path: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.path} has no string column named ${d.expected}: found ${d.found}`,
    (d) => `Rename the column that holds the sequences to ${d.expected}.`,
  ),
  GTK_NOT_BASES: entry<{ path: string; row: number; found: string }>(
    badInput,
    (d) => `${d.path} holds no bare sequences: row ${d.row} begins with ${d.found}, expected bases`,
    () => 'Give a column named sequence that holds the bases alone, without FASTA headers.',
  ),
  GTK_NOT_HDF5: entry<{ path: string; found: string }>(
    badInput,
    (d) => `${d.path} is not an HDF5 file: found ${d.found}, expected the HDF5 signature`,
    () => 'Give an .h5ad file as AnnData writes it; copy or download it again if it should be one.',
  ),
  GTK_LFS_POINTER: entry<{ path: string; bytes: string }>(
    badInput,
    (d) => `${d.path} is a Git LFS pointer, not the file itself, which has ${d.bytes} bytes`,
    () => "Fetch the file with 'git lfs pull'.",
  ),
  GTK_HDF5_DAMAGED: entry<{ path: string; place: string; found: string }>(
    badInput,
    (d) => `${d.path} is damaged or cut short: ${d.place}: ${d.found}`,
    () => 'Copy or download the file again.',
  ),
  GTK_HDF5_FILTER: entry<{ path: string; place: string; filter: string; readable: string }>(
    badInput,
    (d) => `${d.path}: ${d.place} is compressed with ${d.filter}, expected one of ${d.readable}`,
    () => "Write the file again with compression='gzip' (AnnData.write_h5ad).",
  ),
  GTK_ANNDATA: entry<{ path: string; place: string; found: string; expected: string }>(
    badInput,
    (d) =>
      `${d.path} is no AnnData file that can be read: ${d.place}: found ${d.found}, expected ${d.expected}`,
    () => 'Read the file with anndata in Python and write it again, or choose what is there with --matrix.',
  ),
  GTK_NO_GENE_NAMES: entry<{ path: string; genes: number; example: string }>(
    badInput,
    (d) =>
      `${d.path} has no usable gene name: found ${d.genes} genes such as ${d.example}, expected symbols in var ` +
      'or Ensembl ids that HGNC knows',
    () => 'Give --hgnc FILE for human Ensembl ids, or add a column feature_name with symbols to var.',
  ),
  GTK_NO_AGES: entry<{ path: string; cells: number; example: string }>(
    badInput,
    (d) =>
      `${d.path}: no cell with an age; found ${d.example} as development_stage, ` +
      "expected labels such as '22-year-old stage'",
    () => 'Use --no-age-filter to keep cells without an age.',
  ),
  GTK_HGNC: entry<{ path: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.path} is no HGNC table: found ${d.found}, expected ${d.expected}`,
    () => 'Give the HGNC complete set as TSV (plain or gzip) or Parquet.',
  ),
  GTK_COLLECTIONS: entry<{ path: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.path} is no table of collections: found ${d.found}, expected ${d.expected}`,
    () => 'Give a JSON, TSV or Parquet file with a row a dataset.',
  ),
  GTK_GENE_LIST: entry<{ path: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.path} is no gene list: found ${d.found}, expected ${d.expected}`,
    () => 'Give text files that end in .txt, one gene symbol a line.',
  ),
  GTK_HUB: entry<{ doing: string; repo: string; reason: string; remedy: string }>(
    environment,
    (d) => `upload failed: ${d.doing} ${d.repo}: ${d.reason}`,
    (d) => `The dataset is kept here. ${d.remedy}`,
  ),
  GTK_DOWNLOAD: entry<{ url: string; reason: string; remedy: string }>(
    environment,
    (d) => `${d.url} cannot be downloaded: ${d.reason}`,
    (d) => `Check the address. ${d.remedy}`,
  ),
  GTK_CHUNKS_DIFFER: entry<{ path: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.path} is no chunk of the same cells: found ${d.found}, expected ${d.expected}`,
    () => 'Give the chunks of one run of gtk h5ad, or run the earlier step again.',
  ),
  GTK_NO_DATASET: entry<{ folder: string }>(
    usage,
    (d) => `${d.folder} holds no complete dataset: found no readable _SUCCESS.json`,
    () => 'Name the folder that gtk h5ad wrote for the dataset, or run it to its end first.',
  ),
  GTK_RNA_RUN: entry<{ run: string; stage: string; reason: string; problem: string; remedy: string }>(
    someFailed,
    (d) => `Run ${d.run} failed (${d.stage}, ${d.reason}): ${d.problem}`,
    (d) => d.remedy,
  ),
  GTK_RNA_CONFIG: entry<{ path: string; place: string; found: string; expected: string }>(
    usage,
    (d) => `${d.path}, ${d.place}: found ${d.found}, expected ${d.expected}`,
    () => 'Correct the configuration of the species.',
  ),
  GTK_RNA_METADATA: entry<{ path: string; place: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.path}, ${d.place}: found ${d.found}, expected ${d.expected}`,
    () => "Correct the table; a row whose column exclusion holds something else than 'no' is left alone.",
  ),
  GTK_RNA_NO_METADATA: entry<{ path: string }>(
    badInput,
    (d) => `There is no table of runs at ${d.path}`,
    () => "Make one with 'gtk rna plan', or name another with --metadata.",
  ),
  GTK_RNA_ACCESSION: entry<{ accession: string; problem: string; remedy: string }>(
    someFailed,
    (d) => `${d.accession}: ${d.problem}`,
    (d) => d.remedy,
  ),
  GTK_RNA_REFERENCE: entry<{ species: string; found: string[]; looked: string[] }>(
    badInput,
    (d) =>
      d.found.length === 0
        ? `There is no reference of ${d.species}: found no ${d.species}*.fa, .fa.gz, .fasta or .fasta.gz in ${d.looked.join(', ')}`
        : `There are several references of ${d.species}, expected one: ${d.found.join(', ')}`,
    (d) =>
      d.found.length === 0
        ? `Put the transcriptome of the species there as ${d.species}.fa.gz.`
        : `Keep one, or name the one that counts ${d.species}.fa.gz.`,
  ),
  GTK_RNA_INDEX: entry<{ species: string; reason: string; problem: string; remedy: string }>(
    badInput,
    (d) => `There is no usable index of ${d.species} (${d.reason}): ${d.problem}`,
    (d) => d.remedy,
  ),
  GTK_RNA_CLASH: entry<{ first: string; second: string; what: string }>(
    usage,
    (d) => `${d.first} and ${d.second} both work in ${d.what}, expected each species in a folder of its own`,
    () => 'Move one of the two configurations away, or give it folders of its own.',
  ),
  GTK_RNA_ABUNDANCE: entry<{ path: string; line: number; found: string; expected: string }>(
    badInput,
    (d) => `${d.path} is no table of abundances: line ${d.line} has ${d.found}, expected ${d.expected}`,
    () => 'Quantify the run again (--redo).',
  ),
  GTK_RNA_TARGETS_DIFFER: entry<{
    first: string;
    second: string;
    row: number;
    found: string;
    expected: string;
  }>(
    badInput,
    (d) =>
      `Runs ${d.first} and ${d.second} were not quantified with the same reference: target ${d.row} of ` +
      `${d.second} is ${d.found}, expected ${d.expected} as in ${d.first}`,
    () =>
      'Quantify again (--redo) those runs of the species that are older than its index, or set exclusion for them.',
  ),
  GTK_RNA_TX2GENE: entry<{ path: string; place: string; found: string; expected: string }>(
    badInput,
    (d) =>
      `${d.path} does not tell the genes of targets: ${d.place}: found ${d.found}, expected ${d.expected}`,
    () => 'Give the targets and their genes in two columns of TSV or CSV, or the annotation as GTF or GFF3.',
  ),
  GTK_RNA_NO_RESULT: entry<{ species: string; runs: number; folder: string }>(
    someFailed,
    (d) => `${d.species} cannot be merged: found no valid result of its ${d.runs} runs in ${d.folder}`,
    () => 'Quantify its runs first, with gtk rna batch.',
  ),
  GTK_NOT_FASTQ: entry<{ path: string; place: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.path} is not FASTQ: ${d.place} has ${d.found}, expected ${d.expected}`,
    () => 'Give the reads as FASTQ (plain, gzip, BGZF or zstd).',
  ),
  GTK_UNPAIRED: entry<{ r1: string; r2: string; record: number; names: [string, string] }>(
    badInput,
    (d) =>
      `${d.r1} and ${d.r2} are no pair: record ${d.record} is ${d.names[0]} in one and ${d.names[1]} in the other`,
    () => 'Give the two files of the same sequencing run, R1 first, with their reads in the same order.',
  ),
  GTK_STEP_INPUT: entry<{ step: string; missing: string; maker: string }>(
    usage,
    (d) => `${d.step} cannot start: ${d.missing} is missing`,
    (d) => (d.maker === 'raw' ? 'Add the raw reads R1 and R2 first.' : `Run ${d.maker} first.`),
  ),
  GTK_STEP_SETTING: entry<{ step: string; setting: string; summary: string }>(
    usage,
    (d) => `${d.step} cannot start: ${d.setting} is not set (${d.summary})`,
    (d) => `Set ${d.setting}.`,
  ),
  GTK_STEP_FAILED: entry<{ step: string; program: string; reason: string }>(
    someFailed,
    (d) => `${d.step} failed: ${d.program}: ${d.reason}`,
    () => "Read the step's log, correct what it names, and run the step again.",
  ),
  GTK_NO_GENOME: entry<{ name: string; folder: string; known: string[] }>(
    usage,
    (d) =>
      `There is no genome ${d.name} in ${d.folder}: found ${d.known.length > 0 ? d.known.join(', ') : 'none'}`,
    (d) => `Register it: gtk pcr genome add ${d.name} --fasta FILE --genes FILE`,
  ),
  GTK_TOKENS: entry<{ path: string; place: string; found: string; expected: string }>(
    usage,
    (d) => `${d.path} is no list of tokens: ${d.place}: found ${d.found}, expected ${d.expected}`,
    () => 'Give JSON such as [{"name": "ada", "sha256": "HEX", "role": "user"}]; sha256sum makes the hash.',
  ),
  GTK_DATABASE: entry<{ path: string; found: string; expected: string }>(
    environment,
    (d) => `${d.path} is no usable database of gtk serve: found ${d.found}, expected ${d.expected}`,
    () => 'Restore it from a backup, use the gtk that wrote it, or give another --data-dir.',
  ),
  GTK_GENOME_EXISTS: entry<{ name: string; since: string; contigs: number }>(
    usage,
    (d) => `There is a genome ${d.name} already, of ${d.contigs} contigs, registered ${d.since}`,
    (d) => `Take another name, or remove it first: gtk pcr genome remove ${d.name}`,
  ),
  GTK_GENOME_FILE: entry<{ path: string; place: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.path}, ${d.place}: found ${d.found}, expected ${d.expected}`,
    () => 'Correct the file; FASTA, genes and sites must be of the same assembly.',
  ),
  GTK_GENOME_ARCHIVE: entry<{ archive: string; found: string; expected: string }>(
    badInput,
    (d) => `${d.archive} is refused: found ${d.found}, expected ${d.expected}`,
    () => 'Pack the FASTA, its whole index, genes.gtf.gz and known_sites.bed, and nothing else.',
  ),
  GTK_GENOME_URL: entry<{ url: string; found: string; expected: string }>(
    usage,
    (d) => `${d.url} is not fetched: found ${d.found}, expected ${d.expected}`,
    () => 'Ask whoever runs the server to register the genome, or to allow the host with --genome-host.',
  ),
  GTK_GENOME_INDEX: entry<{ name: string; program: string; reason: string }>(
    environment,
    (d) => `The index of ${d.name} cannot be built: ${d.program}: ${d.reason}`,
    () => 'Free memory and disk space, and run the same command again.',
  ),
  GTK_NOT_SORTED: entry<{ path: string; found: string }>(
    badInput,
    (d) => `${d.path} is not sorted by coordinate: found ${d.found}`,
    () => "Run read_mapping again, or sort the file with 'samtools sort'.",
  ),
  GTK_TOO_LARGE: entry<{ path: string; what: string; bytes: string; budget: string }>(
    environment,
    (d) => `${d.path}: ${d.what} needs ${d.bytes} of memory, more than the budget of ${d.budget}`,
    () => 'Raise --memory, or write the file with smaller row groups.',
  ),
  GTK_NOT_WRITABLE: entry<{ path: string; reason: string }>(
    environment,
    (d) => `${d.path} cannot be written: ${d.reason}`,
    () =>
      'Check the permissions and the free space there, or name another place; the same command then resumes.',
  ),
  GTK_NO_SPACE: entry<{ folder: string; free: string; expected: string; missing: string }>(
    environment,
    (d) => `${d.folder} has ${d.free} free, expected at least ${d.expected}: ${d.missing} are missing`,
    () => 'Free space there, or lower --min-free-gb.',
  ),
  GTK_SERVER: entry<{ url: string; problem: string; remedy: string }>(
    environment,
    (d) => `${d.url}: ${d.problem}`,
    (d) => d.remedy,
  ),
  GTK_MISSING_TOOL: entry<{ tools: string[]; install: string } | { tool: string; reason: string }>(
    environment,
    (d) =>
      'tool' in d
        ? `${d.tool} cannot be started: ${d.reason}`
        : `Not found on the PATH: ${d.tools.join(', ')}`,
    (d) => ('tool' in d ? 'Check its permissions, or install it anew.' : `Install with: ${d.install}`),
  ),
  GTK_AMALGKIT: entry<{ subcommand: string; problem: string; log: string }>(
    environment,
    (d) => `amalgkit ${d.subcommand}: ${d.problem}`,
    (d) => `See what it says in ${d.log}.`,
  ),
  GTK_ENVIRONMENT_VALUE: entry<{ variable: string; found: string; expected: string }>(
    usage,
    (d) => `The environment variable ${d.variable} is '${d.found}', expected ${d.expected}`,
    (d) => `Set ${d.variable} to one of those, or unset it.`,
  ),
  GTK_NO_NATIVE_KERNELS: entry<{ reason: string }>(
    environment,
    (d) => `The native kernels cannot be loaded: ${d.reason}`,
    () => "Install a C++ compiler ('apt-get install g++') and run 'npm rebuild gtk', or unset GTK_KERNELS.",
  ),
  GTK_BAD_PART: entry<{ path: string; found: string; expected: string }>(
    internal,
    (d) => `${d.path} is not the part that its marker describes: found ${d.found}, expected ${d.expected}`,
    () => 'Run the same command again: the batch is done anew.',
  ),
  GTK_WORKER_DIED: entry<{ label: string; reason: string }>(
    internal,
    (d) => `The worker died on ${d.label}: ${d.reason}`,
    () => 'Run the same command again with more --memory or fewer --workers; finished batches are kept.',
  ),
  GTK_INTERNAL: entry<{ message: string }>(
    internal,
    (d) => `Unexpected: ${d.message}`,
    () => "This is a fault in gtk; run again with '--log-level debug' and report what it prints.",
  ),
};

export type ErrorCode = keyof typeof catalogue;
export type ErrorDetails<C extends ErrorCode> = Parameters<(typeof catalogue)[C]['message']>[0];

/** An error with a code from the catalogue; anything else that is thrown is an internal error. */
export class GtkError extends Error {
  override readonly name = 'GtkError';

  constructor(
    readonly code: string,
    message: string,
    readonly remedy: string,
    readonly exitStatus: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The error as plain data, for the journey between threads and into the run folder. */
  toJSON(): ErrorRecord {
    return { code: this.code, message: this.message, remedy: this.remedy, exitStatus: this.exitStatus };
  }
}

/** A {@link GtkError} as JSON. */
export interface ErrorRecord {
  code: string;
  message: string;
  remedy: string;
  exitStatus: number;
}

/** Makes the error of that code; throw what it returns. */
export function gtkError<C extends ErrorCode>(code: C, details: ErrorDetails<C>, cause?: unknown): GtkError {
  const { status, message, remedy } = catalogue[code] as Entry<ErrorDetails<C>>;
  return new GtkError(
    code,
    message(details),
    remedy(details),
    status,
    cause === undefined ? undefined : { cause },
  );
}

/** Turns whatever was thrown into data, keeping a {@link GtkError} as it is. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (thrown instanceof GtkError) return thrown.toJSON();
  const record = thrown as Partial<ErrorRecord> | undefined;
  if (
    record &&
    typeof record.code === 'string' &&
    typeof record.exitStatus === 'number' &&
    record.remedy !== undefined
  ) {
    return record as ErrorRecord;
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return gtkError('GTK_INTERNAL', { message }, thrown).toJSON();
}

/** The error that a record describes, to be thrown again on this side. */
export function fromErrorRecord(record: ErrorRecord): GtkError {
  return new GtkError(record.code, record.message, record.remedy, record.exitStatus);
}
