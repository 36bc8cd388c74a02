/** Numbers of UMI extraction, trimming, filtering and mapping. */
import type {
  CutadaptPass,
  CutadaptSummary,
  FastpSummary,
  Flagstat,
  MappingSummary,
  UmiSummary,
} from '../../../pcr/steps/summaries.js';
import { fixed, grouped, NOTHING, percent } from '../../../report/format.js';
import { type Child, h, pairs } from '../dom.js';

const count = (value: number | null) => (value === null ? NOTHING : grouped(value));

/** A count, and its share of another one. */
function ofAll(value: number | null, all: number): string {
  if (value === null) return NOTHING;
  return all > 0 ? `${grouped(value)} (${percent(value / all)})` : grouped(value);
}

/** A small table, scrolled within itself. */
export function figures(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLElement {
  const cell = (child: Child, i: number) =>
    i === 0 ? h('th', { scope: 'row' }, child) : h('td', { class: 'number' }, child);
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': `${caption}, scrolls sideways` },
    h(
      'table',
      { class: 'data' },
      h('caption', {}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((head, i) => h('th', { scope: 'col', class: i > 0 && 'number' }, head)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) => h('tr', {}, row.map(cell))),
      ),
    ),
  );
}

export function umiFigures(umi: UmiSummary): HTMLElement {
  const atLeast = umi.distinct_umis_is_minimum ? 'at least ' : '';
  return pairs([
    ['Pattern', `${umi.pattern} on ${umi.read.toUpperCase()}`],
    ['Pairs', count(umi.pairs_in)],
    ['Pairs kept', ofAll(umi.pairs_out, umi.pairs_in)],
    ['Too short', count(umi.too_short)],
    ['Distinct UMIs', `${atLeast}${count(umi.distinct_umis)}`],
  ]);
}

const passWords: Record<CutadaptPass['cuts'], string> = {
  ltr: 'LTR primer',
  linker: 'Linker',
  readthrough: 'Read-through',
};

export function cutadaptFigures({ passes, pairs_in, pairs_out }: CutadaptSummary): HTMLElement {
  const heads = ['Pass', 'Pairs in', 'Found in R1', 'Found in R2', 'Without LTR', 'Too short', 'Pairs kept'];
  const rows = passes.map((pass) => [
    passWords[pass.cuts],
    count(pass.pairs_in),
    ofAll(pass.r1_with_adapter, pass.pairs_in),
    ofAll(pass.r2_with_adapter, pass.pairs_in),
    count(pass.without_ltr),
    count(pass.too_short),
    count(pass.pairs_out),
  ]);
  return h('div', {}, figures('Cutadapt', heads, rows), pairs([['Pairs kept', ofAll(pairs_out, pairs_in)]]));
}

export function fastpFigures(fastp: FastpSummary): HTMLElement {
  const { before_filtering: before, after_filtering: after } = fastp;
  const rows = [
    ['Reads', count(before.total_reads), count(after.total_reads)],
    ['Bases', count(before.total_bases), count(after.total_bases)],
    ['Bases of Q30 or more', percent(before.q30_rate), percent(after.q30_rate)],
    ['GC content', percent(before.gc_content), percent(after.gc_content)],
  ];
  const reasons = Object.entries(fastp.filtering_result).map(
    ([reason, reads]) => [sentence(reason), count(reads)] as const,
  );
  return h(
    'div',
    {},
    figures('fastp', ['', 'Before', 'After'], rows),
    pairs([
      ...reasons,
      ['Duplication', percent(fastp.duplication_rate)],
      ['Insert size, most often', count(fastp.insert_size_peak)],
      ['Reads with adapter trimmed', count(fastp.adapter_trimmed_reads)],
    ]),
  );
}

const flagstatWords: Record<keyof Flagstat, string> = {
  total: 'Alignments',
  primary: 'Primary',
  secondary: 'Secondary',
  supplementary: 'Supplementary',
  duplicates: 'Duplicates',
  primary_duplicates: 'Primary duplicates',
  mapped: 'Mapped',
  primary_mapped: 'Primary mapped',
  paired: 'Paired',
  read1: 'R1',
  read2: 'R2',
  properly_paired: 'Properly paired',
  both_mapped: 'Both mates mapped',
  singletons: 'Mate not mapped',
  mate_on_other_contig: 'Mate on another contig',
  mate_on_other_contig_mapq5: 'Mate on another contig, MAPQ 5 or more',
};

export function mappingFigures({ aligner, aligner_version, genome, flagstat }: MappingSummary): HTMLElement {
  const keys = Object.keys(flagstatWords) as (keyof Flagstat)[];
  const share = (key: keyof Flagstat) =>
    flagstat.total > 0 ? fixed((100 * flagstat[key]) / flagstat.total, 1) : NOTHING;
  return h(
    'div',
    {},
    pairs([
      ['Aligner', `${aligner} ${aligner_version}`],
      ['Reference', genome],
    ]),
    figures(
      'Flagstat',
      ['samtools flagstat', 'Alignments', '% of all'],
      keys.map((key) => [flagstatWords[key], count(flagstat[key]), share(key)]),
    ),
  );
}

/** `too_short_reads` as `Too short reads`. */
function sentence(key: string): string {
  const words = key.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
