/** Counts what the last pass will tell of a block's cells. */
import type { Sentences } from '../kernels/sentences/types.js';
import type { GeneTokenCounts } from './gene-tokens.js';
import { type Extent, GENES_BIN, type H5adSummary } from './options.js';
import type { PieceRows } from './sides.js';

export const emptyExtent = (): Extent => ({ min: Number.MAX_SAFE_INTEGER, sum: 0, max: 0 });

/** Extends the first by the second. */
export function widen(extent: Extent, { min, sum, max }: Extent): void {
  extent.min = Math.min(extent.min, min);
  extent.sum += sum;
  extent.max = Math.max(extent.max, max);
}

function extentOf(numbers: Uint32Array): Extent {
  const extent = emptyExtent();
  for (const number of numbers) {
    if (number < extent.min) extent.min = number;
    if (number > extent.max) extent.max = number;
    extent.sum += number;
  }
  return extent;
}

/** The summary of no cells. */
export function emptySummary(genes: GeneTokenCounts): H5adSummary {
  return {
    pieces: [],
    cells: 0,
    empty: 0,
    expressed: emptyExtent(),
    sentence: emptyExtent(),
    histogram: [],
    negative: 0,
    nan: 0,
    genes,
  };
}

export class SummaryCounter {
  readonly #summary: H5adSummary;
  readonly #histogram = new Map<number, number>();

  constructor(genes: GeneTokenCounts) {
    this.#summary = emptySummary(genes);
  }

  add({ side, chunk, rows }: PieceRows, { expressed, lengths, negative, nan }: Sentences): void {
    const summary = this.#summary;
    summary.pieces.push({ side, chunk, rows: rows.length });
    // The same cells as on the sides.
    if (side === 'interim') return;
    summary.cells += rows.length;
    for (const length of lengths) summary.empty += Number(length === 0);
    for (const count of expressed) {
      const bin = Math.floor(count / GENES_BIN);
      this.#histogram.set(bin, (this.#histogram.get(bin) ?? 0) + 1);
    }
    widen(summary.expressed, extentOf(expressed));
    widen(summary.sentence, extentOf(lengths));
    summary.negative += negative;
    summary.nan += nan;
  }

  result(): H5adSummary {
    return { ...this.#summary, histogram: [...this.#histogram].sort(([a], [b]) => a - b) };
  }
}
