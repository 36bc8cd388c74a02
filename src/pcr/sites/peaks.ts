/** Positions that lie close together, merged into peaks. */
import type { ContigPositions } from './contig-fragments.js';

/** Peaks of all contigs, one a row, in the order of contig, start and strand (`+` first). */
export interface Peaks {
  /** Number of peaks; the columns may be longer. */
  count: number;
  /** Number of the contig among those given. */
  contig: Uint32Array;
  start: Int32Array;
  /** Exclusive. */
  end: Int32Array;
  /** 1 for the reverse strand. */
  reverse: Uint8Array;
  uniqueReads: Int32Array;
  reads: Int32Array;
  /** The single position inside with the most distinct fragments, the first one of several. */
  refined: Int32Array;
}

/** Columns for as many rows, to be filled by {@link mergePositions} again and again. */
export function emptyPeaks(rows: number): Peaks {
  const integers = () => new Int32Array(rows);
  return {
    count: 0,
    contig: new Uint32Array(rows),
    start: integers(),
    end: integers(),
    reverse: new Uint8Array(rows),
    uniqueReads: integers(),
    reads: integers(),
    refined: integers(),
  };
}

/**
 * Merges positions of one strand with no more than `distance` bases between them, one after another, as
 * `bedtools merge -s -d` does: without any base between them they are merged even at distance 0.
 *
 * @param contigs in the order of their names' bytes
 * @param peaks overwritten
 */
export function mergePositions(contigs: readonly ContigPositions[], distance: number, peaks: Peaks): void {
  let count = 0;
  /** Distinct fragments at the refined position. */
  const best = [0, 0];
  contigs.forEach(({ positions, reverse, uniqueReads, reads }, contig) => {
    // The last peak of either strand. They are numbered as they begin, so they stand in order.
    const last = [-1, -1];
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i]!;
      const strand = reverse[i]!;
      let row = last[strand]!;
      if (row === -1 || position - peaks.end[row]! > distance) {
        row = count++;
        last[strand] = row;
        best[strand] = 0;
        peaks.contig[row] = contig;
        peaks.start[row] = position;
        peaks.reverse[row] = strand;
        peaks.uniqueReads[row] = 0;
        peaks.reads[row] = 0;
      }
      peaks.end[row] = position + 1;
      peaks.uniqueReads[row]! += uniqueReads[i]!;
      peaks.reads[row]! += reads[i]!;
      if (uniqueReads[i]! > best[strand]!) {
        best[strand] = uniqueReads[i]!;
        peaks.refined[row] = position;
      }
    }
  });
  peaks.count = count;
}
