/** The cells in a report: what became of them, why some were left out, and how their donors were divided. */
import { counted, grouped, NOTHING, percent, shorten } from '../report/format.js';
import { html, type Markup } from '../report/markup.js';
import { type Column, meter, pairs, table } from '../report/table.js';
import type { SideFacts } from './facts.js';
import type { H5adReportData } from './report.js';
import { SIDE_NAMES, summariseAges, years } from './report-ages.js';

/** What became of the cells, and of what values they were made. */
export function cellsSection(data: H5adReportData): Markup {
  const { facts, cells, negative, nan } = data.result;
  const { file, ages, split } = facts;
  const fates = split.sides.map(({ side, cells }) => ({ fate: SIDE_NAMES[side] as string, cells }));
  if (ages.dropped > 0) fates.push({ fate: 'Left out, no age', cells: ages.dropped });
  const figures = pairs([
    ['Empty sentences', grouped(cells.empty)],
    ['Values stored', grouped(file.stored_values)],
    ['Share of the matrix', percent(file.stored_values / (file.cells * file.genes))],
    ['Negative values', grouped(negative)],
    ['Values not a number', grouped(nan)],
  ]);
  const fateTable = table(
    fates,
    [
      { heading: 'Cells', cell: ({ fate }) => fate, isRowHeading: true },
      { heading: 'Number', cell: ({ cells }) => grouped(cells), number: ({ cells }) => cells },
      ...shareColumns<{ cells: number }>(({ cells }) => cells, file.cells),
    ],
    { caption: 'What became of the cells' },
  );
  return html`<div class="with-aside"><div>${fateTable}</div>${figures}</div>${withoutAge(data)}`;
}

/** A share in per cent and as a bar. */
function shareColumns<Row>(number: (row: Row) => number, total: number): Column<Row>[] {
  const share = (row: Row) => (total > 0 ? number(row) / total : null);
  return [
    { heading: 'Share', cell: (row) => percent(share(row)), number: share },
    { heading: '', cell: (row) => meter(share(row) ?? 0), isPicture: true },
  ];
}

function withoutAge({ result }: H5adReportData): Markup | null {
  const { ages } = result.facts;
  if (ages.without_age === 0) return null;
  const fate = ages.dropped > 0 ? 'were left out' : 'were kept without one';
  if (ages.column === undefined) {
    return html`<h3>No ages</h3><p class="intro">The file has no column <code>development_stage</code>, so no cell has an age.</p>`;
  }
  const others = ages.without_age - ages.without.reduce((sum, { cells }) => sum + cells, 0);
  const rows = ages.without.map(({ label, cells }) => ({
    label: html`<code>${shorten(label, 120)}</code>`,
    cells,
  }));
  if (others > 0) rows.push({ label: html`all other labels`, cells: others });
  return html`<h3>Labels without an age</h3>
<p class="intro">${counted(ages.without_age, 'cell')} ${fate}: what <code>${ages.column}</code> says of them is no exact age.</p>
${table(
  rows,
  [
    { heading: 'Label', cell: ({ label }) => label, isRowHeading: true },
    { heading: 'Cells', cell: ({ cells }) => grouped(cells), number: ({ cells }) => cells },
    ...shareColumns<{ cells: number }>(({ cells }) => cells, ages.without_age),
  ],
  { caption: 'Cells without an age by their label' },
)}`;
}

/** Donors, cells and ages of each side, and the share of test that was asked for. */
export function donorsSection({ result, testSize }: H5adReportData): Markup {
  const { split } = result.facts;
  const { kept } = result.cells;
  const rows = split.sides.map((side) => ({ ...side, summary: summariseAges(side.ages) }));
  const knowsDonors = split.column !== undefined;
  const sides = table(
    rows,
    [
      { heading: 'Side', cell: ({ side }) => SIDE_NAMES[side], isRowHeading: true },
      {
        heading: 'Donors',
        cell: ({ donors }) => (knowsDonors ? grouped(donors) : NOTHING),
        number: ({ donors }) => (knowsDonors ? donors : null),
      },
      { heading: 'Cells', cell: ({ cells }) => grouped(cells), number: ({ cells }) => cells },
      ...shareColumns<{ cells: number }>(({ cells }) => cells, kept),
      {
        heading: 'Ages',
        cell: ({ summary: { min, max } }) =>
          min === null ? NOTHING : `${years(min)} ${NOTHING} ${years(max)}`,
        number: ({ summary }) => summary.min,
      },
      {
        heading: 'Median age',
        cell: ({ summary }) => years(summary.median),
        number: ({ summary }) => summary.median,
      },
    ],
    { caption: 'Donors, cells and ages by side' },
  );
  const test = split.sides.find(({ side }) => side === 'test');
  if (!test) return sides;
  return html`${sides}${pairs([
    ['Asked for test', percent(testSize)],
    ...(knowsDonors ? [['Test, of donors', percent(donorShare(test, split.donors))] as const] : []),
    ['Test, of cells', percent(split.test_share)],
    ...(knowsDonors ? [['Without a donor', counted(split.cells_without_donor, 'cell')] as const] : []),
  ])}`;
}

function donorShare({ donors }: SideFacts, all: number): number | null {
  return all > 0 ? donors / all : null;
}
