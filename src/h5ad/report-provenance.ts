/** What a report says of files: what was written, and how and from what. */
import path from 'node:path';
import { byteSize, grouped, shorten } from '../report/format.js';
import { html, type Markup } from '../report/markup.js';
import { type Column, listed, pairs } from '../report/table.js';
import type { H5adReportData } from './report.js';

/** The columns of the table in its Parquet files. */
export function columnsTable({ result }: H5adReportData): Markup {
  const columns: Column<{ name: string; type: string }>[] = [
    { heading: 'Column', cell: ({ name }) => html`<code>${shorten(name, 120)}</code>`, isRowHeading: true },
    { heading: 'Type', cell: ({ type }) => type },
  ];
  return listed(result.columns, columns, 'Columns of the table', 'column');
}

/** The files of the dataset. */
export function filesTable({ result }: H5adReportData): Markup {
  const columns: Column<{ file: string; rows: number; bytes: number }>[] = [
    { heading: 'File', cell: ({ file }) => html`<code>${shorten(file, 240)}</code>`, isRowHeading: true },
    { heading: 'Side', cell: ({ file }) => sideOf(file) },
    { heading: 'Rows', cell: ({ rows }) => grouped(rows), number: ({ rows }) => rows },
    { heading: 'Size', cell: ({ bytes }) => byteSize(bytes), number: ({ bytes }) => bytes },
  ];
  return listed(result.files, columns, 'Files written', 'file');
}

/** By its folder: files outside the output folder are those from before the split. */
function sideOf(file: string): string {
  if (path.isAbsolute(file)) return 'before the split';
  const [folder] = file.split('/');
  return folder === 'train' || folder === 'test' ? folder : 'all';
}

/** By what command, version and options, from which files. */
export function provenance(data: H5adReportData): Markup {
  const inputs: Column<{ path: string; bytes: number }>[] = [
    { heading: 'File', cell: (input) => html`<code>${shorten(input.path, 240)}</code>`, isRowHeading: true },
    { heading: 'Size', cell: ({ bytes }) => byteSize(bytes), number: ({ bytes }) => bytes },
  ];
  return html`<code class="command">${shorten(data.command, 2000)}</code>
${pairs([
  ['Version', `gtk ${data.version}`],
  ...data.options.map(({ name, value }) => [html`<code>${name}</code>`, shorten(value, 200)] as const),
])}
<h3>Inputs</h3>
${listed(data.inputs, inputs, 'Input files', 'file')}`;
}
