/** Keys that configurations of species are known to have. */
import type { Fields } from './fields.js';

const general = ['work_dir', 'log_dir', 'threads', 'species_list', 'taxon_id', 'auto_install_amalgkit'];

/** Blocks of amalgkit workflow templates that say nothing about runs. */
const blocks = ['selection', 'environment', 'performance', 'execution', 'notifications', 'debug'];

const parts: Readonly<Record<string, readonly string[]>> = {
  filters: ['require_tissue'],
  genome: ['accession', 'assembly_name', 'annotation_release', 'dest_dir', 'include', 'ftp_url', 'files'],
  retry: ['max_retries', 'retry_delay', 'backoff_factor'],
};

const genomeFiles = [
  'genomic_fasta',
  'transcriptome_fasta',
  'cds_fasta',
  'protein_fasta',
  'annotation_gff',
  'annotation_gtf',
];

const steps = [
  'metadata',
  'integrate',
  'config',
  'select',
  'getfastq',
  'quant',
  'merge',
  'cstmm',
  'curate',
  'csca',
  'wsfilter',
  'csfilter',
  'busco',
  'sanity',
  'finalize',
];

/** Options of steps that are true or false. */
export const stepFlags = [
  'redo',
  'resolve_names',
  'overwrite',
  'mark_missing_rank',
  'aws',
  'gcp',
  'ncbi',
  'ena',
  'ddbj',
  'prefetch',
  'pfd',
  'fastp',
  'accelerate',
  'show_progress',
  'keep_fastq',
  'build_index',
];

/** Keys of the file that are not known, as `genome.acession`. Options of steps are the client's to know. */
export function unknownKeys(file: Fields): string[] {
  const known = [...general, ...blocks, ...Object.keys(parts), 'steps'];
  return [
    ...unknown(file, known, ''),
    ...Object.entries(parts).flatMap(([part, keys]) => unknown(file.map(part), keys, `${part}.`)),
    ...unknown(file.map('genome').map('files'), genomeFiles, 'genome.files.'),
    ...unknown(file.map('steps'), steps, 'steps.'),
  ];
}

function unknown(fields: Fields, known: readonly string[], prefix: string): string[] {
  return fields.keys.filter((key) => !known.includes(key)).map((key) => `${prefix}${key}`);
}
