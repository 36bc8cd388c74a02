/** The table of sites: sorted, filtered and shown a page at a time, so that fifty thousand rows stay quick. */
import { counted, fixed, grouped } from '../../../report/format.js';
import { button, fill, h, say } from '../dom.js';
import { save } from '../download.js';
import { field } from '../field.js';
import {
  filterSites,
  nextOrder,
  position,
  type Site,
  type SiteKey,
  type SiteOrder,
  sortSites,
  tsvOf,
} from './sites.js';

/** Rows that stand in the document at once. */
const PAGE = 50;

interface SiteColumn {
  heading: string;
  key: SiteKey;
  isNumber?: true;
  show?: (site: Site) => string;
}

/** Values of several genes, with room for the line to break. */
const spaced = (list: string) => list.replaceAll(',', ', ');

export const siteColumns: readonly SiteColumn[] = [
  { heading: 'Position', key: 'position', show: position },
  { heading: 'Strand', key: 'strand' },
  { heading: 'Unique fragments', key: 'uniqueFragments', isNumber: true },
  { heading: 'Reads', key: 'reads', isNumber: true },
  { heading: '% fragments', key: 'percent', isNumber: true, show: ({ percent }) => fixed(percent, 2) },
  {
    heading: '% reads',
    key: 'percentReads',
    isNumber: true,
    show: ({ percentReads }) => fixed(percentReads, 2),
  },
  { heading: 'Genes', key: 'genes', show: ({ genes }) => spaced(genes) },
  { heading: 'Distance to TSS', key: 'tssDistances', show: ({ tssDistances }) => spaced(tssDistances) },
  { heading: 'Region', key: 'regions', show: ({ regions }) => spaced(regions) },
  { heading: 'Known sites', key: 'knownSites', isNumber: true },
];

export interface SitesTable {
  element: HTMLElement;
  replace(sites: readonly Site[]): void;
}

/** @param onOrder called when the reader wants another order or filter */
export function sitesTable(order: SiteOrder, onOrder: (order: SiteOrder) => void): SitesTable {
  let all: readonly Site[] = [];
  let shown: Site[] = [];
  let page = 0;
  const body = h('tbody');
  const count = h('p', { class: 'after', role: 'status' });
  const filter = h('input', {
    type: 'search',
    value: order.filter,
    oninput: () => change({ filter: filter.value }),
  });
  const earlier = button('Previous rows', () => turn(page - 1));
  const later = button('Next rows', () => turn(page + 1));
  const copied = h('span', { role: 'status' });
  const heads = siteColumns.map((column) => {
    const sort = button(column.heading, () => change(nextOrder(order, column)));
    return { column, element: h('th', { scope: 'col', class: column.isNumber && 'number' }, sort) };
  });

  function change(wanted: Partial<SiteOrder>): void {
    Object.assign(order, wanted);
    page = 0;
    onOrder(order);
    arrange();
  }

  function arrange(): void {
    shown = sortSites(filterSites(all, order.filter), order.key, order.descending);
    for (const { column, element } of heads) {
      if (column.key !== order.key) element.removeAttribute('aria-sort');
      else element.setAttribute('aria-sort', order.descending ? 'descending' : 'ascending');
    }
    draw();
  }

  function turn(to: number): void {
    page = to;
    draw();
  }

  function draw(): void {
    const from = page * PAGE;
    const rows = shown.slice(from, from + PAGE);
    fill(body, rows.map(rowOf));
    earlier.disabled = page === 0;
    later.disabled = from + PAGE >= shown.length;
    const part = shown.length > PAGE ? `rows ${grouped(from + 1)} to ${grouped(from + rows.length)} of ` : '';
    const filtered = shown.length < all.length ? ` (of ${grouped(all.length)}, filtered)` : '';
    say(
      count,
      all.length === 0 ? 'There are no sites.' : `${part}${counted(shown.length, 'site')}${filtered}`,
    );
  }

  const text = () => tsvOf(shown, siteColumns);
  const copy = () =>
    navigator.clipboard.writeText(text()).then(
      () => say(copied, `${counted(shown.length, 'row')} copied`),
      () => say(copied, 'The browser refused to copy.'),
    );
  const element = h(
    'div',
    {},
    field('Filter sites', filter, 'words of position, gene, region or strand'),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Rows, scroll sideways' },
      h(
        'table',
        { class: 'data sites' },
        h('caption', {}, 'Sites'),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            heads.map((head) => head.element),
          ),
        ),
        body,
      ),
    ),
    count,
    h(
      'div',
      { class: 'actions' },
      earlier,
      later,
      // Only there where the page came over https or from this machine.
      navigator.clipboard && button('Copy rows', copy),
      button('Save rows', () => save(new Blob([text()], { type: 'text/tab-separated-values' }), 'sites.tsv')),
      copied,
    ),
  );
  return {
    element,
    replace(sites) {
      all = sites;
      page = 0;
      arrange();
    },
  };
}

function rowOf(site: Site): HTMLElement {
  const cells = siteColumns.map(({ key, isNumber, show }, i) => {
    const value = show?.(site) ?? site[key as keyof Site];
    const text = typeof value === 'number' ? grouped(value) : value;
    return i === 0
      ? h('th', { scope: 'row', class: 'nowrap' }, text)
      : h('td', { class: isNumber && 'number' }, text);
  });
  return h('tr', {}, cells);
}
