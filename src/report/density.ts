/** A two-dimensional density: counts on a grid, in classes of one colour ramp. */

import { compact } from './format.js';
import { html, Markup } from './markup.js';
import type { Scale } from './scale.js';
import { coordinate } from './svg.js';

/** Colours of the ramp; the style sheet has `s0` to `s5`. */
export const DENSITY_CLASSES = 6;

/** A cell of the grid; column 0 is at the left, row 0 at the bottom. */
export interface GridCell {
  column: number;
  row: number;
  count: number;
}

/** A grid of equal cells over a rectangle of values. */
export interface Grid {
  columns: number;
  rows: number;
  x: readonly [low: number, high: number];
  y: readonly [low: number, high: number];
  /** The cells that hold something, in any order. */
  cells: readonly GridCell[];
}

/**
 * Lowest count of each class: powers of the smallest whole base that puts `most` into the last class.
 * Whole numbers, so that no rounding can move a cell from one class to another.
 */
export function densityThresholds(most: number): number[] {
  let base = 2;
  while (base ** DENSITY_CLASSES <= most) base += 1;
  return Array.from({ length: DENSITY_CLASSES }, (_, i) => base ** i).filter((t) => t <= Math.max(most, 1));
}

/**
 * The cells as one path a class, neighbours in a row joined: thousands of cells stay some tens of kB.
 *
 * @param x scale of the values of the columns
 * @param y scale of the values of the rows
 */
export function densityCells(grid: Grid, x: Scale, y: Scale): Markup {
  const thresholds = densityThresholds(mostOf(grid));
  const classOf = (count: number) => thresholds.findLastIndex((threshold) => count >= threshold);
  const cells = grid.cells
    .filter((cell) => cell.count > 0)
    .map((cell) => ({ ...cell, level: classOf(cell.count) }))
    .sort((a, b) => a.level - b.level || a.row - b.row || a.column - b.column);
  const data: string[] = thresholds.map(() => '');
  for (let i = 0; i < cells.length; ) {
    const { level, row, column } = cells[i]!;
    let width = 1;
    for (i += 1; i < cells.length; i += 1, width += 1) {
      const next = cells[i]!;
      if (next.level !== level || next.row !== row || next.column !== column + width) break;
    }
    data[level] += `M${column} ${row}h${width}v1h-${width}z`;
  }
  const columnWidth = (x(grid.x[1]) - x(grid.x[0])) / grid.columns;
  const rowHeight = (y(grid.y[1]) - y(grid.y[0])) / grid.rows;
  const place = `translate(${coordinate(x(grid.x[0]))} ${coordinate(y(grid.y[0]))}) scale(${columnWidth.toFixed(5)} ${rowHeight.toFixed(5)})`;
  const paths = data.map((d, level) => (d === '' ? null : new Markup(`<path class="s${level}" d="${d}"/>`)));
  return html`<g class="density" transform="${place}">${paths}</g>`;
}

/** The key to the colours, to stand beside the plot: a swatch and the least count for each class. */
export function densityKey(grid: Grid, label: string): Markup {
  const swatches = densityThresholds(mostOf(grid)).map(
    (threshold, level) => html`<li><i class="s${level}"></i>${compact(threshold)}</li>`,
  );
  return html`<div class="key">${label}<ol>${swatches}</ol></div>`;
}

function mostOf(grid: Grid): number {
  return grid.cells.reduce((most, cell) => Math.max(most, cell.count), 0);
}
