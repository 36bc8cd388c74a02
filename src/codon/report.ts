/** The HTML report of `gtk codon`: what stands in it, in which order. */

import { counted, fixed, grouped, NOTHING, percent, shorten } from '../report/format.js';
import { type Content, html, type Markup } from '../report/markup.js';
import { page, type Section, type Tile } from '../report/page.js';
import { meter, pairs, table } from '../report/table.js';
import type { RecordDistributions } from './distributions.js';
import { expectedEnc } from './indices/enc.js';
import { INDEX_NOTES, type IndexNote } from './report-notes.js';
import { gcHistogram, lengthHistogram, ncKey, ncPlot, rscuBars } from './report-plots.js';
import { definitions, provenance, totals } from './report-provenance.js';
import { aminoAcidName, CODON_TABLE_STYLE, codonTable } from './report-table.js';
import type { UsageRow } from './usage.js';

/** What a report is made of. Nothing in it may vary between two runs on the same data. */
export interface CodonReportData {
  version: string;
  /** The command as typed. */
  command: string;
  inputs: readonly { path: string; bytes: number; sequences: number }[];
  /** Options in force, in the order to show them. */
  options: readonly { name: string; value: string }[];
  geneticCode: { id: number; name: string };
  frame: number;
  totals: { sequences: number; bases: number; codons: number; ambiguous: number; partial: number };
  /** Of the pooled counts, under the keys of `summary.json`. */
  indices: Readonly<Record<string, number | null>>;
  /** All 64 codons in any order. */
  usage: readonly UsageRow[];
  distributions: RecordDistributions;
}

/** The report as the text of one HTML file that needs nothing else; the same text for the same data. */
export function codonReport(data: CodonReportData): string {
  const { geneticCode } = data;
  return page({
    title: 'Codon usage',
    subtitle: html`${subject(data)} · genetic code ${geneticCode.id}, ${geneticCode.name}`,
    lead: lead(data),
    tiles: tiles(data),
    producer: `gtk codon ${data.version}`,
    style: CODON_TABLE_STYLE,
    sections: [
      {
        id: 'codons',
        heading: 'Codon table',
        intro:
          'Each codon with its amino acid, its relative synonymous codon usage (RSCU, bold) and its count. RSCU is the count over that expected if all codons of the amino acid were used alike: orange codons are preferred, blue ones avoided.',
        body: codonTable(data.usage),
      },
      {
        id: 'rscu',
        heading: 'RSCU by amino acid',
        intro: 'The dashed line is 1, even use. One scale for all.',
        body: rscuBars(data.usage),
      },
      ncSection(data),
      [lengthSection(data), gcSection(data)],
      { id: 'indices', heading: 'Indices', intro: INDICES_INTRO, body: indexTable(data) },
      {
        id: 'usage',
        heading: 'Usage table',
        intro: 'Every codon, the most used first.',
        body: usageTable(data),
        isLong: true,
      },
      { id: 'totals', heading: 'Totals', body: totals(data) },
      { id: 'provenance', heading: 'Provenance', body: provenance(data), isLong: true },
      { id: 'definitions', heading: 'Definitions', body: definitions(), isLong: true },
    ],
  });
}

const INDICES_INTRO =
  'Of all codons pooled, not a mean over records. A dash stands where an index is undefined.';

function subject(data: CodonReportData): string {
  const [first] = data.inputs;
  if (!first) return 'no input';
  if (data.inputs.length > 1) return counted(data.inputs.length, 'input file');
  return shorten(first.path.split('/').at(-1) || first.path, 120);
}

function lead(data: CodonReportData): Markup {
  const { totals: sum, indices } = data;
  const sense = data.usage.filter((row) => row.aminoAcid !== '*' && row.rscu !== null);
  const preferred = sense.filter((row) => row.rscu! > 1);
  const strongest = extreme(preferred, (row) => row.rscu!);
  const weakest = extreme(
    sense.filter((row) => row.rscu! < 1),
    (row) => -row.rscu!,
  );
  const named = (row: UsageRow) =>
    html`<b class="code">${row.codon}</b> (${aminoAcidName(row.aminoAcid)}, RSCU ${fixed(row.rscu, 2)})`;
  const { enc, gc3s } = indices;
  return html`${counted(sum.codons, 'codon')} of ${counted(sum.sequences, 'sequence')} were counted in frame ${data.frame}. ${
    strongest && weakest
      ? html`${counted(preferred.length, 'sense codon is', 'sense codons are')} used more often than evenly; the most preferred is ${named(strongest)}, the most avoided ${named(weakest)}. `
      : null
  }${
    isNumber(enc) && isNumber(gc3s)
      ? html`The effective number of codons is ${fixed(enc, 1)}, where ${fixed(expectedEnc(gc3s), 1)} would be expected from base composition alone.`
      : null
  }`;
}

function extreme(rows: readonly UsageRow[], by: (row: UsageRow) => number): UsageRow | undefined {
  return [...rows].sort((a, b) => by(b) - by(a) || (a.codon < b.codon ? -1 : 1))[0];
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number';
}

function tiles(data: CodonReportData): Tile[] {
  const { totals: sum, indices } = data;
  const read = sum.codons + sum.ambiguous;
  return [
    { label: 'Sequences', figure: grouped(sum.sequences), note: counted(sum.bases, 'base') },
    { label: 'Codons', figure: grouped(sum.codons), note: `frame ${data.frame}` },
    {
      label: 'Ambiguous',
      figure: grouped(sum.ambiguous),
      note: read > 0 ? `${percent(sum.ambiguous / read, 2)} of codons` : 'of codons',
    },
    { label: 'GC', figure: percent(indices.gc), note: 'of sense codons' },
    { label: 'GC3s', figure: percent(indices.gc3s), note: 'at third bases' },
    { label: 'Nc', figure: fixed(indices.enc, 2), note: 'effective codons' },
  ];
}

function ncSection(data: CodonReportData): Section {
  const { enc, gc3s } = data.indices;
  const { distributions } = data;
  const pooled = isNumber(enc) && isNumber(gc3s) ? { enc, gc3s } : null;
  const plotted = distributions.nc.reduce((sum, count) => sum + count, 0);
  const expected = isNumber(gc3s) ? expectedEnc(gc3s) : null;
  const figures = pairs([
    ['Records plotted', grouped(plotted)],
    ['Records without Nc', grouped(distributions.records - plotted)],
    ['GC3s, pooled', fixed(gc3s, 3)],
    ['Nc, pooled', fixed(enc, 2)],
    ['Nc on the curve there', fixed(expected, 2)],
    ['Difference', fixed(isNumber(enc) && expected !== null ? enc - expected : null, 2)],
  ]);
  return {
    id: 'nc',
    heading: 'Nc against GC3s',
    intro:
      'Each record by its GC3s and its effective number of codons (Nc). Records on the curve are as biased as their base composition makes them; those well below it are biased by something else, such as selection for translation.',
    body: html`<div class="with-aside">${ncPlot(distributions, pooled)}<div>${plotted > 0 && ncKey(distributions)}${figures}</div></div>`,
  };
}

function lengthSection(data: CodonReportData): Section {
  const { shortest, longest, empty, records } = data.distributions;
  const mean = records > 0 ? data.totals.bases / records : null;
  const range =
    shortest === null || longest === null
      ? 'No records.'
      : `From ${grouped(shortest)} to ${grouped(longest)} bases, ${mean === null ? NOTHING : grouped(Math.round(mean))} on average.`;
  return {
    id: 'lengths',
    heading: 'Record lengths',
    body: html`${lengthHistogram(data.distributions)}<p class="after">${range}${empty > 0 ? ` ${counted(empty, 'empty record is', 'empty records are')} not shown.` : ''}</p>`,
  };
}

function gcSection(data: CodonReportData): Section {
  const without = data.distributions.records - data.distributions.gc.reduce((sum, count) => sum + count, 0);
  return {
    id: 'gc',
    heading: 'GC content',
    body: html`${gcHistogram(data.distributions, data.indices.gc ?? null)}<p class="after">Of the sense codons of each record.${without > 0 ? ` ${counted(without, 'record has', 'records have')} none.` : ''}</p>`,
  };
}

function indexTable(data: CodonReportData): Markup {
  const known = Object.keys(INDEX_NOTES).filter((key) => key in data.indices);
  const others = Object.keys(data.indices).filter((key) => !(key in INDEX_NOTES));
  return table(
    [...known, ...others].map((key) => ({ key, value: data.indices[key] ?? null, note: INDEX_NOTES[key] })),
    [
      { heading: 'Index', cell: ({ key, note }) => note?.name ?? key, isRowHeading: true },
      {
        heading: 'Value',
        cell: ({ value, note }) =>
          note?.decimals === 0 && value !== null ? grouped(value) : fixed(value, note?.decimals ?? 4),
        number: ({ value }) => value,
      },
      { heading: 'Meaning', cell: ({ note }) => note && meaning(note) },
    ],
    { caption: 'Indices of all codons pooled' },
  );
}

function meaning(note: IndexNote): Markup {
  return html`${note.meaning}${note.source && html` <span class="muted">(${note.source})</span>`}`;
}

function usageTable(data: CodonReportData): Markup {
  const rows = [...data.usage].sort((a, b) => b.count - a.count || (a.codon < b.codon ? -1 : 1));
  const most = Math.max(1, rows[0]?.count ?? 1);
  return table(
    rows,
    [
      { heading: 'Codon', cell: (row) => html`<span class="code">${row.codon}</span>`, isRowHeading: true },
      { heading: 'Amino acid', cell: (row) => aminoAcidCell(row.aminoAcid) },
      { heading: 'Count', cell: (row) => grouped(row.count), number: (row) => row.count },
      { heading: 'Frequency', cell: (row) => fixed(row.frequency, 6), number: (row) => row.frequency },
      { heading: 'Per 1,000', cell: (row) => fixed(row.perThousand, 2), number: (row) => row.perThousand },
      { heading: '', cell: (row) => meter(row.count / most), isPicture: true },
      { heading: 'RSCU', cell: (row) => fixed(row.rscu, 4), number: (row) => row.rscu },
    ],
    { caption: 'Codon usage', sortable: true },
  );
}

function aminoAcidCell(letter: string): Content {
  return letter === '*' ? 'Stop' : html`${aminoAcidName(letter)} <span class="muted">${letter}</span>`;
}
