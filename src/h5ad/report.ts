/** The HTML report of one dataset of `gtk h5ad`: what stands in it, in which order. */
import { byteSize, counted, grouped, NOTHING, percent, shorten } from '../report/format.js';
import { html, type Markup } from '../report/markup.js';
import { page, type Section, type Tile } from '../report/page.js';
import type { H5adResult } from './aggregate.js';
import type { FileFacts } from './facts.js';
import { AGE_CHART_STYLE, agesSection } from './report-ages.js';
import { cellsSection, donorsSection } from './report-cells.js';
import { average, expressedSection, geneNames, topGenesTable } from './report-genes.js';
import { columnsTable, filesTable, provenance } from './report-provenance.js';

/** What a run found out about a file that has a matrix. */
type MatrixFacts = Required<
  Pick<FileFacts, 'genes' | 'matrix' | 'encoding' | 'value_type' | 'stored_values'>
>;

/** The result of a run on an h5ad file. */
export type ReportedResult = H5adResult & { facts: { file: MatrixFacts } };

/** What a report is made of. Nothing in it may vary between two runs on the same data. */
export interface H5adReportData {
  version: string;
  /** A command that gives the same result. */
  command: string;
  /** Options in force, in the order to show them. */
  options: readonly { name: string; value: string }[];
  /** The h5ad file and what was read besides it. */
  inputs: readonly { path: string; bytes: number }[];
  result: ReportedResult;
  /** Genes in a sentence at most; 0 is all. */
  topGenes: number;
  /** Share of the donors, or without donors of the cells, that was to go to test. */
  testSize: number;
  /** Cells by expressed genes: bins of `GENES_BIN` genes, each once. */
  histogram: readonly (readonly [bin: number, cells: number])[];
  /** The genes in most sentences, the most frequent first. */
  frequentGenes: readonly { name: string; sentences: number }[];
}

/** The report as the text of one HTML file that needs nothing else; the same text for the same data. */
export function h5adReport(data: H5adReportData): string {
  const { dataset, facts } = data.result;
  const { file, split } = facts;
  const isSplit = split.sides.length > 1;
  const subject = [
    counted(file.cells, 'cell'),
    counted(file.genes, 'gene'),
    `matrix ${shorten(file.matrix, 80)}, ${file.encoding} of ${file.value_type}`,
    ...(file.organism === undefined ? [] : [shorten(file.organism, 80)]),
  ];
  return page({
    title: `Cell sentences: ${shorten(dataset, 120)}`,
    subtitle: subject.join(' · '),
    lead: lead(data),
    tiles: tiles(data),
    producer: `gtk h5ad ${data.version}`,
    style: `${AGE_CHART_STYLE}${WARNINGS_STYLE}`,
    sections: [
      ...warnings(data),
      { id: 'cells', heading: 'Cells', body: cellsSection(data) },
      [
        {
          id: 'expressed',
          heading: 'Genes per cell',
          intro: 'A gene is expressed in a cell if its value is above 0.',
          body: expressedSection(data),
        },
        agesSection(split.sides),
      ],
      {
        id: 'donors',
        heading: isSplit ? 'Donors in train and test' : 'Donors',
        intro: donorsIntro(data),
        body: donorsSection(data),
      },
      {
        id: 'top-genes',
        heading: 'Most frequent genes',
        intro: 'The genes that stand in most sentences.',
        body: topGenesTable(data),
        isLong: true,
      },
      { id: 'names', heading: 'Gene names', body: geneNames(data) },
      [
        { id: 'columns', heading: 'Columns of the table', body: columnsTable(data), isLong: true },
        { id: 'files', heading: 'Files written', body: filesTable(data), isLong: true },
      ],
      { id: 'provenance', heading: 'Provenance', body: provenance(data), isLong: true },
    ],
  });
}

/** More warnings than this are counted, not listed. */
const SHOWN_WARNINGS = 50;

function warnings({ result }: H5adReportData): Section[] {
  const shown = result.warnings.slice(0, SHOWN_WARNINGS);
  if (shown.length === 0) return [];
  const rest = result.warnings.length - shown.length;
  const items = shown.map((warning) => html`<li>${shorten(warning, 600)}</li>`);
  return [
    {
      id: 'warnings',
      heading: 'Warnings',
      body: html`<ul class="warnings">${items}</ul>${rest > 0 && html`<p class="after">${counted(rest, 'further warning')}.</p>`}`,
    },
  ];
}

const WARNINGS_STYLE = `
#warnings{border-left:5px solid var(--over)}
.warnings{margin:6px 0 0;padding-left:20px;overflow-wrap:anywhere}
.warnings li{margin:3px 0}
`;

function lead({ result }: H5adReportData): Markup {
  const { cells, facts, sentence } = result;
  const { ages, split } = facts;
  const genes =
    cells.kept === 1
      ? `a sentence of ${counted(sentence.sum, 'gene')}`
      : `sentences of ${average(cells.kept > 0 ? sentence.sum / cells.kept : null)} genes on average`;
  const [train, test] = split.sides;
  const sized = ({ cells: number, donors }: { cells: number; donors: number }) =>
    `${counted(number, 'cell')}${donors > 0 ? ` of ${counted(donors, 'donor')}` : ''}`;
  return html`${grouped(cells.kept)} of ${counted(cells.total, 'cell')} became ${genes}. ${
    test &&
    (test.cells > 0
      ? `${sized(train!)} are for training, ${sized(test)} for testing. `
      : 'All are for training, none for testing. ')
  }${ages.dropped > 0 && `${counted(ages.dropped, 'cell')} without an age ${ages.dropped === 1 ? 'was' : 'were'} left out. `}${
    cells.empty > 0 &&
    `${counted(cells.empty, 'sentence is', 'sentences are')} empty: nothing with a name is expressed there.`
  }`;
}

function tiles({ result }: H5adReportData): Tile[] {
  const { cells, facts, files, sentence } = result;
  const { split } = facts;
  const test = split.sides.find(({ side }) => side === 'test');
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const isAny = cells.kept > 0;
  return [
    { label: 'Cells in the file', figure: grouped(cells.total), note: counted(facts.file.genes, 'gene') },
    {
      label: 'Cells kept',
      figure: grouped(cells.kept),
      note: `${percent(cells.total > 0 ? cells.kept / cells.total : null)} of the file`,
    },
    {
      label: 'Donors',
      figure: split.column === undefined ? NOTHING : grouped(split.donors),
      note: split.column === undefined ? 'no column tells them' : `by ${shorten(split.column, 30)}`,
    },
    {
      label: 'Genes in a sentence',
      figure: isAny ? average(sentence.sum / cells.kept) : NOTHING,
      note: isAny ? `mean, ${grouped(sentence.min)} to ${grouped(sentence.max)}` : 'mean',
    },
    ...(test
      ? [{ label: 'In test', figure: percent(split.test_share), note: counted(test.cells, 'cell') }]
      : []),
    { label: 'Parquet files', figure: grouped(files.length), note: byteSize(bytes) },
  ];
}

function donorsIntro({ result, testSize }: H5adReportData): string {
  const { column, donors, sides } = result.facts.split;
  if (column === undefined) {
    const apart = sides.length > 1 && testSize > 0 ? ', so cells were divided one by one' : '';
    return `No column of the file tells the donors${apart}.`;
  }
  if (sides.length === 1) return 'Cells were not divided.';
  const apart = sides.reduce((sum, side) => sum + side.donors, 0) === donors;
  return `All cells of a donor go to the same side${apart ? ': no donor is in both' : ''}. It is the share of donors that is chosen, so the share of cells may differ.`;
}
