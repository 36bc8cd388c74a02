/** From a run in ENA's report to a row of `metadata.tsv`. */
import { isSafeName } from '../metadata/cell.js';
import { archiveColumns, standardColumns } from '../metadata/columns.js';
import type { ReportRow } from '../sources/ena-report.js';

/** Columns whose values stand in one field of the report as they are. */
const sameValue = {
  scientific_name: 'scientific_name',
  tissue: 'tissue_type',
  sex: 'sex',
  age: 'age',
  bioproject: 'study_accession',
  biosample: 'sample_accession',
  experiment: 'experiment_accession',
  run: 'run_accession',
  sra_primary: 'submission_accession',
  sra_sample: 'secondary_sample_accession',
  sra_study: 'secondary_study_accession',
  study_title: 'study_title',
  exp_title: 'experiment_title',
  sample_title: 'sample_title',
  sample_description: 'sample_description',
  lib_name: 'library_name',
  lib_strategy: 'library_strategy',
  lib_source: 'library_source',
  lib_selection: 'library_selection',
  platform: 'instrument_platform',
  instrument: 'instrument_model',
  total_spots: 'read_count',
  total_bases: 'base_count',
  nominal_length: 'nominal_length',
  nominal_sdev: 'nominal_sdev',
  center: 'center_name',
  taxid: 'tax_id',
  published_date: 'first_public',
  fastq_ftp: 'fastq_ftp',
  fastq_md5: 'fastq_md5',
  fastq_bytes: 'fastq_bytes',
  dev_stage: 'dev_stage',
  strain: 'strain',
  cell_type: 'cell_type',
  cell_line: 'cell_line',
} as const;

/** Fields to ask for. */
export const tableFields: readonly string[] = Object.values(sameValue);

/** Columns of the tables that are made: amalgkit's, ENA's files, and what tells samples apart. */
export const tableColumns = [
  ...standardColumns,
  ...archiveColumns,
  'dev_stage',
  'strain',
  'cell_type',
  'cell_line',
  'species_token',
] as const;

export type TableRecord = Partial<Record<(typeof tableColumns)[number], string>>;

/** Strategies that sequence transcripts as kallisto expects them. */
const transcriptStrategies = ['rna-seq', 'ssrna-seq'];

/** The row; one that cannot be quantified, or is of another strategy, is excluded with the reason. */
export function tableRecord(row: ReportRow, allStrategies: boolean): TableRecord {
  const { fields, layout, readCount = 0, baseCount = 0, sra } = row;
  const record: TableRecord = {};
  for (const [column, field] of Object.entries(sameValue) as [keyof typeof sameValue, string][])
    record[column] = (fields[field] ?? '').trim();
  const folder = record.scientific_name!.replace(/\s+/g, '_');
  const isTranscripts = transcriptStrategies.includes(record.lib_strategy!.toLowerCase());
  const exclusion =
    (readCount === 0 && 'no_reads') ||
    (baseCount === 0 && 'no_bases') ||
    (layout === undefined && 'no_layout') ||
    (folder === '' && 'no_species') ||
    (!isTranscripts && !allStrategies && 'lib_strategy') ||
    'no';
  return {
    ...record,
    lib_layout: layout ?? '',
    size: sra?.bytes === undefined ? '' : String(sra.bytes),
    spot_length: readCount > 0 && baseCount > 0 ? String(Math.round(baseCount / readCount)) : '',
    is_sampled: exclusion === 'no' ? 'yes' : 'no',
    is_qualified: exclusion === 'no' ? 'yes' : 'no',
    exclusion,
    ENA_SRA_Link: sra ? `https://${sra.address}` : '',
    species_token:
      folder === '' || isSafeName(folder) ? '' : folder.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_/, ''),
  };
}
