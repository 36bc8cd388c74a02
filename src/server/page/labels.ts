/** The settings of a run as a form shows them. */
import type { Column } from '../../pcr/config/columns.js';

/** Where the name of a column is no label; no label holds another one, so that each names one field. */
const labels: Partial<Record<Column['name'], string>> = {
  r1_seq: 'R1 sequence',
  r2_seq: 'R2 sequence',
  r1_trim_leading_trailing: 'R1 bases to cut first',
  r2_trim_leading_trailing: 'R2 bases to cut first',
  ltr_tail: 'LTR tail',
  trim_readthrough: 'Trim read-through',
  require_ltr: 'Require the LTR primer',
  genome_tar_url: 'Archive URL',
  qc_stage: 'Quality control stage',
  umi_read: 'UMI read',
  umi_pattern: 'UMI pattern',
};

export function labelOf({ name }: Pick<Column, 'name'>): string {
  const words = name.replaceAll('_', ' ').replace(/^r([12])\b/, 'R$1');
  return labels[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** Headings of the groups of settings, in their order. */
const groups = [
  { heading: 'R1 trimming', has: (column: Column) => column.name.startsWith('r1_') },
  { heading: 'R2 trimming', has: (column: Column) => column.name.startsWith('r2_') },
  { heading: 'Both mates', has: (column: Column) => column.section === 'cutadapt' },
  { heading: 'UMI', has: (column: Column) => column.section === 'umi' },
  { heading: 'Quality control', has: (column: Column) => column.section === 'qc' },
  { heading: 'Read mapping', has: (column: Column) => column.section === 'read_mapping' },
  { heading: 'Site analysis', has: (column: Column) => column.section === 'site_analysis' },
] as const;

/** The settings by group; each is in the first group that has it. */
export function grouped(columns: readonly Column[]): { heading: string; columns: Column[] }[] {
  const of = (column: Column) => groups.find(({ has }) => has(column))!.heading;
  return groups
    .map(({ heading }) => ({ heading, columns: columns.filter((column) => of(column) === heading) }))
    .filter((group) => group.columns.length > 0);
}

/** Words of choices that say more than their value. */
export const choiceWords: Readonly<Record<string, string>> = {
  both: 'both',
  any: 'any of them',
  first: 'the first',
  five_prime: "R1 at its 5' end (recommended)",
  left: 'left end of any read (as published)',
  before: 'raw reads',
  after: 'trimmed reads',
  r1: 'R1',
  r2: 'R2',
};
