/** Sites of a run: choice of the distance, map, clones, regions and the table. */

import { call, describeFailure } from '../api.js';
import { fill, h, plot, say } from '../dom.js';
import { downloadLink, fileAddress } from '../download.js';
import { field } from '../field.js';
import { runApi } from '../places.js';
import type { RunModel } from '../run-model.js';
import type { ViewContext } from '../view.js';
import { analysisFigures } from './analysis-figures.js';
import { clonePlot, cloneShares } from './clone-shares.js';
import { figures } from './figures-panels.js';
import { type AnalysisSummary, readSite, type SiteRow } from './site-answer.js';
import { type Contig, siteMap } from './site-map.js';
import { countRegions, type Site, type SiteOrder } from './sites.js';
import { siteColumns, sitesTable } from './sites-table.js';

const DISTANCES = 11;

/** The panel; it stays the same while the analysis is run again. */
export function sitesPanel(model: RunModel, context: ViewContext): HTMLElement {
  const asked = new URLSearchParams(location.search);
  const order = readOrder(asked);
  const distance = h(
    'select',
    { onchange: () => void load() },
    Array.from({ length: DISTANCES }, (_, d) => h('option', { value: d }, `${d}`)),
  );
  const wanted = asked.get('d') ?? '0';
  distance.value = /^(\d|10)$/.test(wanted) ? wanted : '0';
  const table = sitesTable(order, remember);
  const contigs = contigsOfGenome(model.run.genome, context);
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const plots = h('div', { class: 'plots' });
  const counted = h('div');
  const files = h('p', { class: 'links' });

  function remember(): void {
    const query = new URLSearchParams();
    if (distance.value !== '0') query.set('d', distance.value);
    if (order.filter !== '') query.set('filter', order.filter);
    const sort = `${order.descending ? '-' : ''}${order.key}`;
    if (sort !== '-uniqueFragments') query.set('sort', sort);
    history.replaceState(null, '', `${location.pathname}${query.size > 0 ? `?${query}` : ''}`);
  }

  /** The newest question; an answer to an older one comes too late. */
  let question = 0;
  async function load(): Promise<void> {
    question += 1;
    const mine = question;
    remember();
    try {
      const address = `${runApi(model.id, 'results', 'site_analysis')}?d=${distance.value}`;
      const answer = await call<{ table: SiteRow[] }>('GET', address, { signal: context.signal });
      if (mine !== question) return;
      const sites = answer.table.map(readSite);
      problem.hidden = true;
      fill(plots, sites.length > 0 && drawings(sites, await contigs));
      const summary = model.results.get('site_analysis') as AnalysisSummary | undefined;
      fill(counted, summary && analysisFigures(summary, Number(distance.value)));
      table.replace(sites);
      fill(files, 'This table: ', tableLinks(model.id, distance.value, context));
    } catch (error) {
      if (context.signal.aborted || mine !== question) return;
      problem.hidden = false;
      say(problem, `The sites are not to be had: ${describeFailure(error)}`);
    }
  }
  void load();
  let made = model.product('site_analysis')?.completed_at;
  model.on('results', () => {
    const now = model.product('site_analysis')?.completed_at;
    if (now !== undefined && now !== made) void load();
    made = now;
  });
  return h(
    'div',
    {},
    field(
      'Merge distance',
      distance,
      'positions on one strand that are this many bases apart, or fewer, are one site',
    ),
    problem,
    plots,
    table.element,
    files,
    counted,
  );
}

/** Without them, contigs are drawn as long as their last site needs. */
async function contigsOfGenome(genome: string | null, { signal }: ViewContext): Promise<Contig[]> {
  if (genome === null) return [];
  try {
    const address = `/system/genomes/${encodeURIComponent(genome)}/contigs`;
    return (await call<{ contigs: Contig[] }>('GET', address, { signal })).contigs;
  } catch {
    return [];
  }
}

function readOrder(query: URLSearchParams): SiteOrder {
  const sort = query.get('sort') ?? '';
  const key = siteColumns.find((column) => column.key === sort.replace(/^-/, ''))?.key;
  return {
    filter: query.get('filter') ?? '',
    key: key ?? 'uniqueFragments',
    descending: key === undefined || sort.startsWith('-'),
  };
}

function drawings(sites: readonly Site[], contigs: readonly Contig[]): HTMLElement[] {
  const regions = countRegions(sites).map(([region, count]) => [region === 'NA' ? 'no gene' : region, count]);
  return [
    h(
      'figure',
      { class: 'wide' },
      plot(siteMap(sites, contigs)),
      h(
        'figcaption',
        {},
        'Site map: bars are as high as the logarithm of unique fragments, up for +, down for −',
      ),
    ),
    h(
      'figure',
      {},
      plot(clonePlot(cloneShares(sites))),
      h('figcaption', {}, 'Clone shares: unique fragments of the 20 largest clones and of the rest'),
    ),
    h(
      'div',
      {},
      figures('Gene regions', ['Gene region', 'Sites'], regions),
      h('p', { class: 'after' }, 'A site near several genes counts under each of its regions.'),
    ),
  ];
}

function tableLinks(id: string, d: string, context: ViewContext): (HTMLElement | string)[] {
  return ['xlsx', 'tsv', 'json', 'txt'].flatMap((ending) => {
    const name = `aligned.d${d}.peak.merge.${ending}`;
    return [downloadLink(fileAddress(id, `bed2peak/${name}`), name, context, ending), ' '];
  });
}
