/** The genes in a report: how many are expressed, which are in most sentences, where their names come from. */
import { counted, fixed, grouped, percent, shorten } from '../report/format.js';
import { type Bin, histogram } from '../report/histogram.js';
import { html, type Markup } from '../report/markup.js';
import { linearScale } from '../report/scale.js';
import { meter, table } from '../report/table.js';
import { GENES_BIN } from './options.js';
import type { H5adReportData } from './report.js';
import { roundWidth } from './report-bins.js';

/** Bins of the chart of expressed genes. */
const MOST_BINS = 60;
const FEWEST_BINS = 6;

/** Neighbouring bins of a run's summaries put together, so that a chart has 6 to 60, from 0 up. */
export function expressedBins(counts: H5adReportData['histogram']): Bin[] {
  const highest = counts.reduce((most, [bin]) => Math.max(most, bin), 0);
  const joined = roundWidth(0, highest, MOST_BINS);
  const width = joined * GENES_BIN;
  const bins = Array.from(
    { length: Math.max(Math.floor(highest / joined) + 1, FEWEST_BINS) },
    (_, i): Bin => {
      return { from: i * width, to: (i + 1) * width, count: 0 };
    },
  );
  for (const [bin, cells] of counts) bins[Math.floor(bin / joined)]!.count += cells;
  return bins;
}

/** A mean of counts: with a decimal only where that tells something. */
export function average(mean: number | null): string {
  return mean === null || mean < 100 ? fixed(mean, 1) : grouped(Math.round(mean));
}

/** Cells by the number of genes that they express. */
export function expressedSection({ result, histogram: counts, topGenes }: H5adReportData): Markup {
  const { cells, expressed, sentence } = result;
  const bins = expressedBins(counts);
  const mean = cells.kept > 0 ? expressed.sum / cells.kept : null;
  const chart = histogram(bins, {
    labels: {
      id: 'expressed-plot',
      title: 'Cells by expressed genes',
      description: `Histogram of the number of expressed genes of ${counted(cells.kept, 'cell')}.`,
    },
    scale: (range) => linearScale([0, bins.at(-1)!.to], range),
    valueLabel: 'expressed genes',
    countLabel: 'cells',
    format: grouped,
    describe: ({ from, to }) => `${grouped(from)} to ${grouped(to - 1)} genes`,
    mark: mean === null ? undefined : { value: mean, label: `mean ${average(mean)}` },
  });
  const limit = topGenes > 0 ? `, which have ${grouped(topGenes)} at most` : '';
  const range =
    mean === null
      ? 'No cells.'
      : `From ${grouped(expressed.min)} to ${grouped(expressed.max)} genes are expressed in a cell, and ${grouped(sentence.min)} to ${grouped(sentence.max)} stand in the sentences${limit}.`;
  return html`${chart}<p class="after">${range}</p>`;
}

/** The genes that stand in most sentences. */
export function topGenesTable({ frequentGenes, result }: H5adReportData): Markup {
  if (frequentGenes.length === 0) return html`<p>No gene is in any sentence.</p>`;
  const { kept } = result.cells;
  return table(
    frequentGenes,
    [
      {
        heading: 'Gene',
        cell: ({ name }) => html`<span class="code">${shorten(name, 80)}</span>`,
        isRowHeading: true,
      },
      {
        heading: 'Sentences',
        cell: ({ sentences }) => grouped(sentences),
        number: ({ sentences }) => sentences,
      },
      {
        heading: 'Share of cells',
        cell: ({ sentences }) => percent(sentences / kept),
        number: ({ sentences }) => sentences / kept,
      },
      { heading: '', cell: ({ sentences }) => meter(sentences / kept), isPicture: true },
    ],
    { caption: 'Genes in most sentences', sortable: true },
  );
}

/** Where the names of the genes come from. */
export function geneNames({ result }: H5adReportData): Markup {
  const { total, hgnc, symbol, index, leftOut, repeated } = result.genes;
  const sources = [
    { source: 'HGNC', columns: hgnc, meaning: 'the approved symbol of the Ensembl id' },
    {
      source: 'Column of symbols',
      columns: symbol,
      meaning: 'what a column of var such as feature_name says',
    },
    { source: 'Index', columns: index, meaning: 'the name of the row of var' },
    {
      source: 'Left out',
      columns: leftOut,
      meaning: 'no name but an Ensembl id, or none at all: in no sentence',
    },
  ];
  const share = (columns: number) => (total > 0 ? columns / total : null);
  return html`${table(
    sources,
    [
      { heading: 'Name from', cell: ({ source }) => source, isRowHeading: true },
      { heading: 'Genes', cell: ({ columns }) => grouped(columns), number: ({ columns }) => columns },
      {
        heading: 'Share',
        cell: ({ columns }) => percent(share(columns)),
        number: ({ columns }) => share(columns),
      },
      { heading: '', cell: ({ columns }) => meter(share(columns) ?? 0), isPicture: true },
      { heading: 'Meaning', cell: ({ meaning }) => html`<span class="muted">${meaning}</span>` },
    ],
    { caption: 'Genes by the source of their names' },
  )}
<p class="after">${
    repeated > 0
      ? `${counted(repeated, 'gene has', 'genes have')} a name that an earlier one has: of genes of one name only the most expressed stands in a sentence.`
      : 'No two genes have the same name.'
  }</p>`;
}
