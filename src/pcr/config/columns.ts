/**
 * The configuration of a PCR run as one table. The columns of the database, the fields and the OpenAPI schema of
 * the server, the options of the command line, exports and the page's form are all made from it.
 */

/** Groups of columns, as exports and the form show them. */
export const sections = ['cutadapt', 'read_mapping', 'site_analysis', 'qc', 'umi'] as const;
export type Section = (typeof sections)[number];

/** One setting of a run. */
export interface Column {
  /** Its name everywhere: database, JSON, form field; the option of the command line has dashes instead. */
  name: keyof RunConfig;
  section: Section;
  kind: 'bases' | 'integer' | 'number' | 'boolean' | 'choice' | 'genome' | 'url' | 'umi' | 'contig';
  default: string | number | boolean | null;
  min?: number;
  max?: number;
  /** For `number`: the value is less than this. */
  below?: number;
  choices?: readonly string[];
  /** One line for people. */
  summary: string;
}

/** What a run is worked on with; null where nothing is set. */
export interface RunConfig {
  r1_seq: string | null;
  r1_error_rate: number;
  r1_trim_leading_trailing: number;
  r1_anchored: boolean;
  r1_min_overlap: number;
  r1_pair_filter: PairFilter;
  r1_minimum_length_of_read: number;
  r2_seq: string | null;
  r2_error_rate: number;
  r2_trim_leading_trailing: number;
  r2_anchored: boolean;
  r2_min_overlap: number;
  r2_pair_filter: PairFilter;
  r2_minimum_length_of_read: number;
  ltr_tail: string | null;
  trim_readthrough: boolean;
  require_ltr: boolean;
  genome: string | null;
  genome_tar_url: string | null;
  promoter_left: number;
  promoter_right: number;
  enhancer_left: number;
  clip_filter: ClipFilter;
  vector_contig: string | null;
  qc_stage: QcStage;
  umi_read: 'r1' | 'r2' | null;
  umi_pattern: string | null;
}

export type PairFilter = 'both' | 'any' | 'first';
export type ClipFilter = 'five_prime' | 'left';
export type QcStage = 'before' | 'after' | 'both';

/** The LTR primer that qsLAM PCR was published with. */
export const LTR_PRIMER = 'ATCCCTCAGACCCTTTTAGTCAGTGTGGAAAATCTC';
/** The linker that it was published with. */
export const LINKER = 'GACTGCGTATCAGT';

const pairFilters = ['both', 'any', 'first'] as const;

/** Columns of one mate; the published values differ between the two. */
function mate(read: 'r1' | 'r2', errorRate: number, overlap: number, what: string): Column[] {
  const of = `of ${read.toUpperCase()}`;
  const name = <N extends string>(rest: N) => `${read}_${rest}` as const;
  const section = 'cutadapt';
  return [
    {
      name: name('seq'),
      section,
      kind: 'bases',
      default: null,
      summary: `${what} at the start ${of}; it is cut off with everything before it`,
    },
    {
      name: name('error_rate'),
      section,
      kind: 'number',
      default: errorRate,
      min: 0,
      below: 1,
      summary: `mismatches allowed in it, as a fraction of its length`,
    },
    {
      name: name('trim_leading_trailing'),
      section,
      kind: 'integer',
      default: 0,
      min: -500,
      max: 500,
      summary: `bases cut off the start ${of} first; negative ones off its end`,
    },
    {
      name: name('anchored'),
      section,
      kind: 'boolean',
      default: false,
      summary: `it must stand at the very start ${of}`,
    },
    {
      name: name('min_overlap'),
      section,
      kind: 'integer',
      default: overlap,
      min: 1,
      max: 200,
      summary: 'bases of it that must be found; not used when anchored',
    },
    {
      name: name('pair_filter'),
      section,
      kind: 'choice',
      choices: pairFilters,
      default: 'both',
      summary: 'which mates must be too short for a pair to be dropped',
    },
    {
      name: name('minimum_length_of_read'),
      section,
      kind: 'integer',
      default: 30,
      min: 0,
      max: 1000,
      summary: 'bases that must be left',
    },
  ];
}

/** Bases around a gene's start. */
function window(
  name: 'promoter_left' | 'promoter_right' | 'enhancer_left',
  bases: number,
  what: string,
): Column {
  const section = 'site_analysis';
  return { name, section, kind: 'integer', default: bases, min: 0, max: 10_000_000, summary: what };
}

/** All of them, in the order of forms and exports. The defaults are those of the preset `recommended`. */
export const columns: readonly Column[] = [
  ...mate('r1', 0.3, 5, 'LTR primer'),
  ...mate('r2', 0.1, 10, 'linker'),
  {
    name: 'ltr_tail',
    section: 'cutadapt',
    kind: 'bases',
    default: null,
    summary:
      'bases of the LTR between primer and genome, such as TAGCA; left on, they shift sites by a base or two',
  },
  {
    name: 'trim_readthrough',
    section: 'cutadapt',
    kind: 'boolean',
    default: true,
    summary: "also cut off the other end's sequence where a fragment is shorter than a read",
  },
  {
    name: 'require_ltr',
    section: 'cutadapt',
    kind: 'boolean',
    default: true,
    summary: 'drop pairs without the LTR primer',
  },
  {
    name: 'genome',
    section: 'read_mapping',
    kind: 'genome',
    default: null,
    summary: 'registered reference genome',
  },
  {
    name: 'genome_tar_url',
    section: 'read_mapping',
    kind: 'url',
    default: null,
    summary: 'archive to fetch the genome from if it is not there; only where the server allows its host',
  },
  window('promoter_left', 5000, 'bases before the start of a gene that count as its promoter'),
  window('promoter_right', 2000, 'bases behind the start of a gene that count as its promoter'),
  window('enhancer_left', 50_000, 'bases before the start of a gene that count as its enhancer'),
  {
    name: 'clip_filter',
    section: 'site_analysis',
    kind: 'choice',
    choices: ['five_prime', 'left'],
    default: 'five_prime',
    summary:
      'drop reads clipped by more than 6 bases: R1 at its junction, or any read on the left as published',
  },
  {
    name: 'vector_contig',
    section: 'site_analysis',
    kind: 'contig',
    default: 'vector',
    summary: 'contigs whose name contains this are no sites',
  },
  {
    name: 'qc_stage',
    section: 'qc',
    kind: 'choice',
    choices: ['before', 'after', 'both'],
    default: 'before',
    summary: 'quality control of raw reads, of trimmed ones, or of both',
  },
  {
    name: 'umi_read',
    section: 'umi',
    kind: 'choice',
    choices: ['r1', 'r2'],
    default: null,
    summary: 'read that begins with the UMI',
  },
  {
    name: 'umi_pattern',
    section: 'umi',
    kind: 'umi',
    default: null,
    summary: 'its bases: N belongs to the UMI, X is kept on the read',
  },
];

/** Settings that differ between presets. */
export const presets = {
  recommended: { trim_readthrough: true, require_ltr: true, clip_filter: 'five_prime' },
  published: { trim_readthrough: false, require_ltr: false, clip_filter: 'left' },
} as const satisfies Record<string, Partial<RunConfig>>;

export type Preset = keyof typeof presets;

/** A run's configuration where nothing was set. */
export function defaultConfig(): RunConfig {
  return Object.fromEntries(columns.map((column) => [column.name, column.default])) as unknown as RunConfig;
}
