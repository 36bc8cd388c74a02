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
  #counts = true;

  constructor(genes: GeneTokenCounts) {
    this.#summary = emptySummary(genes);
  }

  /** Whose cells those are that come next. */
  begin({ side, chunk, rows }: PieceRows): void {
    this.#summary.pieces.push({ side, chunk, rows: rows.length });
    // Cells before the split are the same as those on the sides.
    this.#counts = side !== 'interim';
  }

  add({ expressed, lengths, negative, nan }: Sentences): void {
    if (!this.#counts) return;
    const summary = this.#summary;
    summary.cells += lengths.length;
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
