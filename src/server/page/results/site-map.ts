/** The genome with all sites on it: a line for each contig, bars up for `+` and down for `-`. */
import { compact, counted, grouped } from '../../../report/format.js';
import { html, type Markup } from '../../../report/markup.js';
import { linearScale } from '../../../report/scale.js';
import { bottomAxis, coordinate, path, svg } from '../../../report/svg.js';
import type { Site } from './sites.js';

export interface Contig {
  name: string;
  length: number;
}

/** Contigs that are drawn; a genome may have thousands of scraps. */
const MOST = 40;
const WIDTH = 760;
const ROW = 26;
const LEFT = 110;
const RIGHT = WIDTH - 14;
/** Height of the tallest bar. */
const BAR = 12;

/** A bar of the map, in the units of the drawing. */
export interface Mark {
  row: number;
  x: number;
  height: number;
  strand: '+' | '-';
}

/**
 * The contigs to draw: those of the genome in its order, or those with sites if there are too many; those that
 * the genome does not name are as long as their last site.
 */
export function contigsOf(sites: readonly Site[], genome: readonly Contig[]): Contig[] {
  const lengths = new Map(genome.map(({ name, length }) => [name, length]));
  const hit = new Map<string, number>();
  for (const { contig, end } of sites) {
    hit.set(contig, (hit.get(contig) ?? 0) + 1);
    if (!lengths.has(contig) || lengths.get(contig)! < end) lengths.set(contig, end);
  }
  const all = [...lengths].map(([name, length]) => ({ name, length }));
  if (all.length <= MOST) return all;
  const withSites = all.filter(({ name }) => hit.has(name));
  if (withSites.length <= MOST) return withSites;
  const most = new Set(
    withSites
      .map(({ name }) => name)
      .sort((a, b) => hit.get(b)! - hit.get(a)!)
      .slice(0, MOST),
  );
  return withSites.filter(({ name }) => most.has(name));
}

/** Bars of the sites, the tallest one wherever several fall on the same half unit of width. */
export function marksOf(sites: readonly Site[], contigs: readonly Contig[]): Mark[] {
  const rows = new Map(contigs.map(({ name }, row) => [name, row]));
  const longest = contigs.reduce((most, { length }) => Math.max(most, length), 1);
  const tallest = sites.reduce((most, site) => Math.max(most, site.uniqueFragments), 1);
  const x = linearScale([0, longest], [LEFT, RIGHT]);
  const marks = new Map<string, Mark>();
  for (const { contig, start, strand, uniqueFragments } of sites) {
    const row = rows.get(contig);
    if (row === undefined) continue;
    const at = Math.round(x(start) * 2) / 2;
    const height = 2 + (BAR - 2) * (Math.log(Math.max(uniqueFragments, 1)) / Math.log(Math.max(tallest, 2)));
    const key = `${row}${strand}${at}`;
    const there = marks.get(key);
    if (!there || there.height < height) marks.set(key, { row, x: at, height, strand });
  }
  return [...marks.values()];
}

/** The drawing. */
export function siteMap(sites: readonly Site[], genome: readonly Contig[]): Markup {
  const contigs = contigsOf(sites, genome);
  const longest = contigs.reduce((most, { length }) => Math.max(most, length), 1);
  const area = {
    width: WIDTH,
    height: contigs.length * ROW + 62,
    left: LEFT,
    right: RIGHT,
    top: 4,
    bottom: 0,
  };
  area.bottom = area.height - 50;
  const x = linearScale([0, longest], [LEFT, RIGHT]);
  const middle = (row: number) => area.top + (row + 0.5) * ROW;
  const lines = contigs.map(({ name, length }, row) => {
    const y = coordinate(middle(row));
    const shown = name.length > 15 ? `${name.slice(0, 14)}…` : name;
    return html`<text x="${LEFT - 8}" y="${coordinate(middle(row) + 4)}" text-anchor="end">${shown}<title>${name}, ${grouped(length)} bases</title></text><path class="contig" d="M${LEFT} ${y}H${coordinate(x(length))}"/>`;
  });
  const marks = marksOf(sites, contigs);
  const bars = (strand: '+' | '-') =>
    marks
      .filter((mark) => mark.strand === strand)
      .map(({ row, x, height }) => {
        const up = strand === '+' ? -height : height;
        return `M${coordinate(x)} ${coordinate(middle(row))}v${coordinate(up)}`;
      })
      .join('');
  const hidden = new Set(sites.map(({ contig }) => contig)).size;
  const drawn = new Set(marks.map(({ row }) => row)).size;
  const rest = hidden > drawn ? `; ${counted(hidden - drawn, 'contig')} with fewer sites not drawn` : '';
  const description = `${counted(sites.length, 'site')} on ${counted(drawn, 'contig')}${rest}. A bar is as high as the logarithm of its unique fragments; bars go up for the plus strand and down for the minus strand.`;
  return svg(
    area,
    { id: 'site-map', title: 'Site map', description },
    lines,
    path('plus', bars('+')),
    path('minus', bars('-')),
    bottomAxis(area, { scale: x, label: 'position (bases)', format: compact }),
  );
}
