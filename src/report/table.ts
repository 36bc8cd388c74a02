/** Tables with proper headers, sortable where the page's script runs. */

import { counted } from './format.js';
import { type Content, html, type Markup } from './markup.js';

/** A column of a table. */
export interface Column<Row> {
  heading: Content;
  cell: (row: Row) => Content;
  /** Numbers are set right and sorted as numbers by this value; text is sorted as it reads. */
  number?: (row: Row) => number | null;
  /** Heads its row for screen readers. */
  isRowHeading?: boolean;
  /** Shows again what another column says: not sorted, left out on narrow pages. */
  isPicture?: boolean;
}

/** How a table is shown. */
export interface TableOptions {
  caption: string;
  /** Columns can be sorted by their headings; pointless for a few rows. */
  sortable?: boolean;
}

/** A table of rows, scrolled within itself if the page is narrower. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions,
): Markup {
  const headings = columns.map((column) => {
    if (column.isPicture) return html`<td class="picture"></td>`;
    const type = column.number ? 'number' : 'text';
    return html`<th scope="col" class="${type}"${attribute('data-sort', options.sortable ? type : null)}>${column.heading}</th>`;
  });
  const body = rows.map((row) => html`<tr>${columns.map((column) => drawCell(column, row))}</tr>\n`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${options.caption}"><table class="data">
<caption>${options.caption}</caption><thead><tr>${headings}</tr></thead><tbody>
${body}</tbody></table></div>`;
}

/** More rows than this are counted, not listed, so that a report stays small. */
const LISTED = 200;

/** A table of the first of many rows, and how many more there are. */
export function listed<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  caption: string,
  noun: string,
): Markup {
  const shown = rows.slice(0, LISTED);
  const rest = rows.length - shown.length;
  return html`${table(shown, columns, { caption, sortable: shown.length > 1 })}${
    rest > 0 && html`<p class="after">${counted(rest, `further ${noun}`)} not listed.</p>`
  }`;
}

function drawCell<Row>(column: Column<Row>, row: Row): Markup {
  if (column.isRowHeading) return html`<th scope="row">${column.cell(row)}</th>`;
  if (column.isPicture) return html`<td class="picture">${column.cell(row)}</td>`;
  if (!column.number) return html`<td>${column.cell(row)}</td>`;
  const value = column.number(row);
  return html`<td class="number"${attribute('data-value', value === null ? null : String(value))}>${column.cell(row)}</td>`;
}

function attribute(name: 'data-sort' | 'data-value', value: string | null): Markup | null {
  if (value === null) return null;
  return name === 'data-sort' ? html` data-sort="${value}"` : html` data-value="${value}"`;
}

/** A bar as long as the share (0 to 1) of its cell. */
export function meter(share: number): Markup {
  const width = (Math.min(Math.max(share, 0), 1) * 100).toFixed(1);
  return html`<svg class="meter" viewBox="0 0 100 9" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="9"/></svg>`;
}

/** Terms and their values, as a definition list. */
export function pairs(entries: readonly (readonly [term: Content, value: Content])[]): Markup {
  return html`<dl class="pairs">${entries.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}
