/** The plots of a codon report. */

import { type Bar, type BarPanel, barPanels } from '../report/bar-panels.js';
import { densityCells, densityKey, type Grid } from '../report/density.js';
import { compact, fixed, grouped } from '../report/format.js';
import { type Bin, histogram } from '../report/histogram.js';
import { html, type Markup } from '../report/markup.js';
import { linearScale, logScale } from '../report/scale.js';
import { bottomAxis, coordinate, leftAxis, linePath, path, plotArea, svg } from '../report/svg.js';
import { GC_BINS, LENGTH_EDGES, NC_GRID, type RecordDistributions } from './distributions.js';
import { expectedEnc } from './indices/enc.js';
import { aminoAcidName } from './report-table.js';
import type { UsageRow } from './usage.js';

/** RSCU of every codon, a panel an amino acid in the order of their names, stops last. */
export function rscuBars(usage: readonly UsageRow[]): Markup {
  const families = new Map<string, UsageRow[]>();
  for (const row of usage) families.set(row.aminoAcid, [...(families.get(row.aminoAcid) ?? []), row]);
  const sortKey = (letter: string) => (letter === '*' ? '~' : aminoAcidName(letter));
  const ordered = [...families].sort(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const panels = ordered.map(([letter, rows], i): BarPanel => {
    const name = aminoAcidName(letter);
    const sorted = rows.sort((a, b) => (b.rscu ?? -1) - (a.rscu ?? -1) || (a.codon < b.codon ? -1 : 1));
    return {
      id: `rscu-${i}`,
      heading: letter === '*' ? html`<b>Stop</b>` : html`<b>${name}</b> <span class="muted">${letter}</span>`,
      title: `RSCU of the codons of ${name}`,
      bars: sorted.map((row) => rscuBar(row, rows.length)),
    };
  });
  return barPanels(panels, { reference: 1, decimals: 2 });
}

function rscuBar(row: UsageRow, familySize: number): Bar {
  const tone = familySize === 1 || row.rscu === null ? 'even' : row.rscu > 1 ? 'over' : 'under';
  const description = `${row.codon} ${fixed(row.rscu, 4)}, ${grouped(row.count)} codons`;
  return { label: row.codon, value: row.rscu, tone, description };
}

/** A point of the Nc plot. */
export interface NcPoint {
  gc3s: number;
  enc: number;
}

/** Records by GC3s and effective number of codons, with Wright's curve and the point of all codons pooled. */
export function ncPlot(distributions: RecordDistributions, pooled: NcPoint | null): Markup {
  const area = plotArea(560, 430);
  const x = linearScale(NC_GRID.gc3s, [area.left, area.right], 5);
  const y = linearScale([18, 63], [area.bottom, area.top], 5);
  const grid = ncGrid(distributions);
  const records = grid.cells.reduce((sum, cell) => sum + cell.count, 0);
  const curve = Array.from({ length: 101 }, (_, i) => [x(i / 100), y(expectedEnc(i / 100))] as const);
  const labels = {
    id: 'nc-plot',
    title: 'Effective number of codons against GC3s',
    description: `${grouped(records)} records by GC3s (0 to 1) and effective number of codons (20 to 61), with the curve expected from base composition alone.${
      pooled
        ? ` All codons together lie at GC3s ${fixed(pooled.gc3s, 3)} and ${fixed(pooled.enc, 2)} codons, where the curve is at ${fixed(expectedEnc(pooled.gc3s), 2)}.`
        : ''
    }`,
  };
  return svg(
    area,
    labels,
    leftAxis(area, { scale: y, label: 'effective number of codons, Nc', format: (v) => fixed(v, 0) }),
    densityCells(grid, x, y),
    path('curve', linePath(curve)),
    html`<text class="curve-name halo" x="${coordinate(x(0.7) + 10)}" y="${coordinate(y(expectedEnc(0.7)))}">Wright’s curve</text>`,
    pooled && pooledPoint(x(pooled.gc3s), y(pooled.enc)),
    bottomAxis(area, { scale: x, label: 'GC3s', format: (v) => fixed(v, 1) }),
  );
}

/** The key to the colours of {@link ncPlot}. */
export function ncKey(distributions: RecordDistributions): Markup {
  return densityKey(ncGrid(distributions), 'Records in a cell, at least');
}

function pooledPoint(x: number, y: number): Markup {
  const [left, top] = [coordinate(x), coordinate(y)];
  return html`<path class="point" d="M${left} ${top}m0 -8l8 8l-8 8l-8 -8z"/><text class="halo strong" x="${coordinate(x + 14)}" y="${coordinate(y + 5)}">all codons pooled</text>`;
}

function ncGrid(distributions: RecordDistributions): Grid {
  const cells = distributions.toJSON().nc.map(([bin, count]) => ({
    column: bin % NC_GRID.columns,
    row: Math.floor(bin / NC_GRID.columns),
    count,
  }));
  return { columns: NC_GRID.columns, rows: NC_GRID.rows, x: NC_GRID.gc3s, y: NC_GRID.enc, cells };
}

/** Records by length on a logarithmic axis that spans one decade at least. */
export function lengthHistogram(distributions: RecordDistributions): Markup {
  const bins = distributions.toJSON().lengths.map(([bin, count]): Bin => {
    const from = LENGTH_EDGES[bin]!;
    return { from, to: LENGTH_EDGES[bin + 1] ?? from * 10, count };
  });
  const low = bins[0]?.from ?? 1;
  const high = Math.max(bins.at(-1)?.to ?? 10, low * 10);
  return histogram(bins, {
    labels: {
      id: 'length-plot',
      title: 'Records by length',
      description: `Histogram of the lengths of ${grouped(distributions.records)} records in bases, on a logarithmic axis.`,
    },
    scale: (range) => logScale([low, high], range),
    valueLabel: 'length in bases (logarithmic)',
    countLabel: 'records',
    format: compact,
    describe: (bin) =>
      bin.to - bin.from === 1
        ? `${grouped(bin.from)} bases`
        : `${grouped(bin.from)} to ${grouped(bin.to - 1)} bases`,
  });
}

/**
 * Records by the GC content of their sense codons, from 0 to 1.
 *
 * @param pooled that of all codons together, to be marked
 */
export function gcHistogram(distributions: RecordDistributions, pooled: number | null): Markup {
  const bins = Array.from(distributions.gc, (count, i) => ({
    from: i / GC_BINS,
    to: (i + 1) / GC_BINS,
    count,
  }));
  return histogram(bins, {
    labels: {
      id: 'gc-plot',
      title: 'Records by GC content',
      description: `Histogram of the GC content of the sense codons of ${grouped(distributions.records)} records.`,
    },
    scale: (range) => linearScale([0, 1], range),
    valueLabel: 'GC content of sense codons',
    countLabel: 'records',
    format: (value) => fixed(value, 1),
    describe: (bin) => `GC ${fixed(bin.from, 2)} to ${fixed(bin.to, 2)}`,
    mark: pooled === null ? undefined : { value: pooled, label: `pooled ${fixed(pooled, 3)}` },
  });
}
