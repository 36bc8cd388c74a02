/** Peaks as rows of a site table, the largest first. */
import { type Annotation, annotate } from './annotate.js';
import type { ContigGenes } from './genes.js';
import type { Peaks } from './peaks.js';
import { isKept, type SiteRules } from './rules.js';
import { numbersInTextOrder } from './text-order.js';

/** A row of a site table: a peak that is kept. */
export interface SiteRow {
  /** Where it stands among all peaks, the largest first; from 1. */
  row: number;
  seqnames: string;
  /** 0-based. */
  start: number;
  /** Exclusive. */
  end: number;
  name: string;
  /** Distinct fragments. */
  nUniqueReads: number;
  strand: '+' | '-';
  /** All fragments. */
  nReads: number;
  /** Known sites nearby. */
  nOverlapWithSpike: number;
  /** As in {@link Annotation}. */
  gene: string;
  tss_distances: string;
  gene_region: string;
  /** Of the distinct fragments of all rows, to two decimals. */
  percent: number;
  /** Of all fragments of all rows, to two decimals. */
  percentAllReads: number;
  /** The single position with the most distinct fragments. */
  refined_start: number;
  refined_end: number;
}

/** What peaks are looked up in. */
export interface PeakContext {
  /** Names of the contigs that the peaks number. */
  contigs: readonly string[];
  /** Their genes. */
  genes: readonly (ContigGenes | undefined)[];
  rules: SiteRules;
}

/** What every row of a peak table begins with, and the name of the peaks. */
export const PREFIX = 'aligned';

/** Rows of peaks by distinct fragments, most first, then by their names as text. */
export function largestFirst({ count, uniqueReads }: Peaks): Uint32Array {
  const numbers = numbersInTextOrder(count);
  let most = 0;
  for (let row = 0; row < count; row++) most = Math.max(most, uniqueReads[row]!);
  // Both the factors together are at most the number of fragments + 1, so doubles hold the products.
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) keys[i] = (most - uniqueReads[numbers[i]! - 1]!) * count + i;
  keys.sort();
  return Uint32Array.from(keys, (key) => numbers[key % count]! - 1);
}

/** A peak's name by its row, from 0. */
export function peakName(row: number): string {
  return `${PREFIX}_${row + 1}`;
}

/** The genes of the peak in that row. */
export function annotatePeak({ contig, start, end }: Peaks, row: number, context: PeakContext): Annotation {
  return annotate(context.genes[contig[row]!], start[row]!, end[row]!, context.rules);
}

/** Takes the rows that are kept, in order, and tells their shares. */
export class KeptRows {
  readonly rows: SiteRow[] = [];
  #uniqueReads = 0;
  #reads = 0;

  constructor(
    readonly peaks: Peaks,
    readonly known: Int32Array,
    readonly context: PeakContext,
  ) {
    const { count, uniqueReads, reads } = peaks;
    for (let row = 0; row < count; row++) {
      if (!isKept(uniqueReads[row]!, reads[row]!)) continue;
      this.#uniqueReads += uniqueReads[row]!;
      this.#reads += reads[row]!;
    }
  }

  /** @param rank where the peak stands among all, from 1 */
  offer(row: number, rank: number, annotation: Annotation): void {
    const { contig, start, end, reverse, uniqueReads, reads, refined } = this.peaks;
    if (!isKept(uniqueReads[row]!, reads[row]!)) return;
    this.rows.push({
      row: rank,
      seqnames: this.context.contigs[contig[row]!]!,
      start: start[row]!,
      end: end[row]!,
      name: peakName(row),
      nUniqueReads: uniqueReads[row]!,
      strand: reverse[row] ? '-' : '+',
      nReads: reads[row]!,
      nOverlapWithSpike: this.known[row]!,
      gene: annotation.gene,
      tss_distances: annotation.tssDistances,
      gene_region: annotation.geneRegion,
      percent: percent(uniqueReads[row]!, this.#uniqueReads),
      percentAllReads: percent(reads[row]!, this.#reads),
      refined_start: refined[row]!,
      refined_end: refined[row]! + 1,
    });
  }
}

function percent(part: number, whole: number): number {
  return Number(((100 * part) / whole).toFixed(2));
}
