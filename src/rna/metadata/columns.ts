/** The columns of `metadata.tsv`, in the order in which amalgkit writes them, and tables in that order. */

/** amalgkit's own columns. */
export const standardColumns = [
  'scientific_name',
  'sample_group',
  'tissue',
  'genotype',
  'sex',
  'age',
  'treatment',
  'source_name',
  'is_sampled',
  'is_qualified',
  'exclusion',
  'protocol',
  'bioproject',
  'biosample',
  'experiment',
  'run',
  'sra_primary',
  'sra_sample',
  'sra_study',
  'study_title',
  'exp_title',
  'design',
  'sample_title',
  'sample_description',
  'lib_name',
  'lib_layout',
  'lib_strategy',
  'lib_source',
  'lib_selection',
  'platform',
  'instrument',
  'total_spots',
  'total_bases',
  'size',
  'nominal_length',
  'nominal_sdev',
  'spot_length',
  'read_index',
  'read_class',
  'read_type',
  'base_coord',
  'center',
  'submitter_id',
  'pubmed_id',
  'taxid',
  'published_date',
  'NCBI_Link',
  'AWS_Link',
  'GCP_Link',
  'ENA_SRA_Link',
  'DDBJ_SRA_Link',
] as const;

/** Columns that gtk adds: the files of ENA, so that it need not be asked again. */
export const archiveColumns = ['fastq_ftp', 'fastq_md5', 'fastq_bytes'] as const;

const columnNames = [
  ...archiveColumns,
  'run',
  'scientific_name',
  'species_token',
  'tissue',
  'is_sampled',
  'exclusion',
  'experiment',
  'lib_layout',
  'layout_amalgkit',
  'platform',
  'instrument',
  'total_spots',
  'total_bases',
  'size',
  'nominal_length',
  'spot_length',
  'NCBI_Link',
  'AWS_Link',
  'GCP_Link',
  'ENA_SRA_Link',
  'DDBJ_SRA_Link',
  'private_file',
  'read1_path',
  'read2_path',
] as const;

export type ColumnName = (typeof columnNames)[number];

/** Columns that are read. */
export const columnsRead: ReadonlySet<string> = new Set(columnNames);

/** The text of a table: values that need it are quoted, a column that a row lacks is empty. */
export function metadataText<C extends string>(
  header: readonly C[],
  rows: Iterable<Readonly<Partial<Record<C, string>>>>,
): string {
  const lines = [header.map(quoted).join('\t')];
  for (const row of rows) lines.push(header.map((name) => quoted(row[name] ?? '')).join('\t'));
  return `${lines.join('\n')}\n`;
}

function quoted(value: string): string {
  return /["\t\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
