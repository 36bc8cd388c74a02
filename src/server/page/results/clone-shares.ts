/** The largest clones and their shares. */
import { counted, fixed } from '../../../report/format.js';
import { html, type Markup } from '../../../report/markup.js';
import { linearScale } from '../../../report/scale.js';
import { coordinate, svg } from '../../../report/svg.js';
import { position, type Site } from './sites.js';

/** Clones with a bar of their own. */
const TOP = 20;
const WIDTH = 520;
const ROW = 20;
const LEFT = 190;
const RIGHT = WIDTH - 62;

export interface Share {
  label: string;
  uniqueFragments: number;
  /** Per cent of the unique fragments of all sites. */
  percent: number;
}

/** The 20 sites with the most unique fragments, and the rest together if there is any. */
export function cloneShares(sites: readonly Site[]): Share[] {
  const total = sites.reduce((sum, site) => sum + site.uniqueFragments, 0);
  const sorted = [...sites].sort((a, b) => b.uniqueFragments - a.uniqueFragments);
  const share = (label: string, uniqueFragments: number) => ({
    label,
    uniqueFragments,
    percent: total === 0 ? 0 : (100 * uniqueFragments) / total,
  });
  const top = sorted.slice(0, TOP).map((site) => share(labelOf(site), site.uniqueFragments));
  const rest = sorted.slice(TOP);
  if (rest.length === 0) return top;
  const left = rest.reduce((sum, site) => sum + site.uniqueFragments, 0);
  return [...top, share(`${counted(rest.length, 'other site')}`, left)];
}

function labelOf(site: Site): string {
  const gene = site.genes === 'NA' ? '' : ` ${site.genes.split(',')[0]}`;
  return `${position(site)}${site.strand === '-' ? '−' : '+'}${gene}`;
}

/** Bars of the shares, the largest on top. */
export function clonePlot(shares: readonly Share[]): Markup {
  const height = shares.length * ROW + 12;
  const x = linearScale([0, Math.max(...shares.map(({ percent }) => percent), 1)], [LEFT, RIGHT]);
  const rows = shares.map(({ label, uniqueFragments, percent }, i) => {
    const y = 6 + i * ROW;
    const end = x(percent);
    const shown = label.length > 28 ? `${label.slice(0, 27)}…` : label;
    const tone = i < TOP ? 'clone' : 'even';
    return html`<text x="${LEFT - 8}" y="${y + 14}" text-anchor="end">${shown}<title>${label}: ${counted(uniqueFragments, 'unique fragment')}</title></text><rect class="${tone}" x="${LEFT}" y="${y + 3}" width="${coordinate(Math.max(end - LEFT, 1))}" height="${ROW - 6}" rx="2"/><text class="label" x="${coordinate(Math.max(end, LEFT) + 6)}" y="${y + 14}">${fixed(percent, 1)} %</text>`;
  });
  const description = shares.map(({ label, percent }) => `${label}: ${fixed(percent, 1)} %`).join('; ');
  return svg({ width: WIDTH, height }, { id: 'clone-shares', title: 'Clone shares', description }, rows);
}
