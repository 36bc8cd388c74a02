/** The chart of ages in a report: train and test beside one another, each as shares of its own cells. */
import { counted, NOTHING, percent } from '../report/format.js';
import { html, type Markup } from '../report/markup.js';
import type { Section } from '../report/page.js';
import { countScale, linearScale } from '../report/scale.js';
import { bottomAxis, coordinate, leftAxis, plotArea, svg } from '../report/svg.js';
import type { SideFacts } from './facts.js';
import { roundWidth } from './report-bins.js';

/** Bins of the chart. */
const MOST_BINS = 20;
const FEWEST_BINS = 6;

/** The sides as a report calls them. */
export const SIDE_NAMES = { train: 'Train', test: 'Test', all: 'All cells' } as const;

/** The ages of a side's cells in years, to 0.1. */
export interface AgeSummary {
  /** Cells that have an age, and those that have none. */
  known: number;
  unknown: number;
  min: number | null;
  max: number | null;
  /** The mean of the middle two where `known` is even; null where no cell has an age. */
  median: number | null;
}

/** An age or a median of ages as text. */
export function years(age: number | null): string {
  return age === null ? NOTHING : String(Number(age.toFixed(2)));
}

/** What a side's cells have for ages. */
export function summariseAges(ages: SideFacts['ages']): AgeSummary {
  const sorted = knownAges(ages);
  const known = sorted.reduce((sum, { cells }) => sum + cells, 0);
  const all = ages.reduce((sum, { cells }) => sum + cells, 0);
  const ageOf = (cell: number) => {
    let after = 0;
    for (const { age, cells } of sorted) {
      after += cells;
      if (after > cell) return age;
    }
    throw new RangeError('no such cell');
  };
  return {
    known,
    unknown: all - known,
    min: sorted[0]?.age ?? null,
    max: sorted.at(-1)?.age ?? null,
    median: known === 0 ? null : (ageOf((known - 1) >> 1) + ageOf(known >> 1)) / 2,
  };
}

function knownAges(ages: SideFacts['ages']): { age: number; cells: number }[] {
  return ages
    .flatMap(({ age, cells }) => (age !== null && Number.isFinite(age * 10) ? [{ age, cells }] : []))
    .sort((a, b) => a.age - b.age);
}

/** A bin of the chart: ages from `from` up to, but not including, `to`, and the cells of each side. */
export interface AgeBin {
  from: number;
  to: number;
  cells: number[];
}

/**
 * The ages of all sides in bins of one round width, empty ones between the first and the last included; with
 * a few ages empty ones around them too. None if no cell has an age.
 */
export function ageBins(sides: readonly Pick<SideFacts, 'ages'>[]): AgeBin[] {
  // In tenths of a year ages are whole, so that no rounding moves one out of its bin.
  const tenths = sides.map(({ ages }) =>
    knownAges(ages).map(({ age, cells }) => ({ age: Math.round(age * 10), cells })),
  );
  const ends = tenths.flatMap((ages) => [ages[0], ages.at(-1)]).flatMap((end) => (end ? [end.age] : []));
  if (ends.length === 0) return [];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const width = roundWidth(low, high, MOST_BINS);
  const used = Math.floor(high / width) - Math.floor(low / width) + 1;
  const spare = Math.max(FEWEST_BINS - used, 0);
  const first = Math.max(Math.floor(low / width) - (spare >> 1), 0);
  const bins = Array.from({ length: used + spare }, (_, i): AgeBin => {
    const from = (first + i) * width;
    return { from: from / 10, to: (from + width) / 10, cells: sides.map(() => 0) };
  });
  for (const [side, ages] of tenths.entries()) {
    for (const { age, cells } of ages) bins[Math.floor(age / width) - first]!.cells[side]! += cells;
  }
  return bins;
}

/** Ages by side, with the cells that have none. */
export function agesSection(sides: readonly SideFacts[]): Section {
  const chart = ageChart(sides);
  const without = sides
    .map(({ side, ages }) => ({ side, cells: summariseAges(ages).unknown }))
    .filter(({ cells }) => cells > 0)
    .map(({ side, cells }) => `${counted(cells, 'cell')}${side === 'all' ? '' : ` of ${side}`}`);
  const note =
    without.length > 0
      ? `Without an age, and not in the chart: ${without.join(', ')}.`
      : 'Every kept cell has one.';
  return {
    id: 'ages',
    heading: sides.length > 1 ? 'Ages in train and test' : 'Ages',
    intro:
      chart &&
      `In shares of the cells that have an age${sides.length > 1 ? ', so that sides of any size compare' : ''}.`,
    body: chart ? html`${chart}<p class="after">${note}</p>` : html`<p>No cell has an age.</p>`,
  };
}

/** The chart with its key, or null if no cell has an age. */
function ageChart(sides: readonly SideFacts[]): Markup | null {
  const bins = ageBins(sides);
  if (bins.length === 0) return null;
  const area = plotArea(520, 300);
  const x = linearScale([bins[0]!.from, bins.at(-1)!.to], [area.left, area.right]);
  const summaries = sides.map(({ ages }) => summariseAges(ages));
  const shareOf = (bin: AgeBin, side: number) => bin.cells[side]! / Math.max(summaries[side]!.known, 1);
  const most = Math.max(...bins.flatMap((bin) => sides.map((_, side) => shareOf(bin, side) * 100)));
  const y = countScale(most, [area.bottom, area.top]);
  const slot = (area.right - area.left) / bins.length;
  const width = (slot * 0.86) / sides.length;
  const bars = bins.flatMap((bin, i) =>
    sides.map(({ side }, at) => {
      const cells = bin.cells[at]!;
      if (cells === 0) return null;
      const left = area.left + i * slot + slot * 0.07 + at * width;
      const share = shareOf(bin, at);
      // One cell among millions still gets a bar that can be seen.
      const height = Math.max(area.bottom - y(share * 100), 1.5);
      return html`<rect class="${side}" x="${coordinate(left)}" y="${coordinate(area.bottom - height)}" width="${coordinate(width)}" height="${coordinate(height)}"><title>${SIDE_NAMES[side]}, ${inWords(bin)}: ${counted(cells, 'cell')}, ${percent(share)}</title></rect>`;
    }),
  );
  const chart = svg(
    area,
    {
      id: 'age-plot',
      title: sides.length > 1 ? 'Ages in train and test' : 'Ages',
      description: `Histogram of ages in years, in shares of the cells that have an age. ${sides.map(({ side }, i) => `${SIDE_NAMES[side]}: ${described(summaries[i]!)}.`).join(' ')}`,
    },
    leftAxis(area, {
      scale: y,
      label: sides.length > 1 ? 'per cent of the side’s cells' : 'per cent of cells',
      format: String,
    }),
    html`<g class="ages">${bars}</g>`,
    bottomAxis(area, { scale: x, label: 'age in years', format: String }),
  );
  const key = sides.map(
    ({ side }, i) =>
      html`<li><i class="${side}"></i>${SIDE_NAMES[side]} <span class="muted">${counted(summaries[i]!.known, 'cell')}</span></li>`,
  );
  return html`${sides.length > 1 && html`<ul class="side-key">${key}</ul>`}${chart}`;
}

function inWords({ from, to }: AgeBin): string {
  const last = Math.round(to * 10 - 1) / 10;
  return last > from ? `${from} to ${last} years` : `${from} years`;
}

function described({ known, min, max, median }: AgeSummary): string {
  return known === 0
    ? 'no cell has an age'
    : `${counted(known, 'cell')} from ${years(min)} to ${years(max)} years, median ${years(median)}`;
}

/** The colours of the sides, in the chart and in its key. */
export const AGE_CHART_STYLE = `
.ages .train,.ages .all{fill:var(--bar)}
.ages .test{fill:var(--over)}
.ages rect:hover{fill:var(--accent)}
.side-key{display:flex;flex-wrap:wrap;gap:2px 22px;list-style:none;margin:4px 0 8px;padding:0;font-size:13.5px}
.side-key i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:7px;vertical-align:-1px}
.side-key .train{background:var(--bar)}
.side-key .test{background:var(--over)}
`;
