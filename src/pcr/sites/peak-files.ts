/** The tables of all peaks, as text. */
import path from 'node:path';
import type { ContigSites } from './contig-fragments.js';
import type { KnownSites } from './known-sites.js';
import type { Peaks } from './peaks.js';
import {
  annotatePeak,
  KeptRows,
  largestFirst,
  type PeakContext,
  PREFIX,
  peakName,
  type SiteRow,
} from './site-rows.js';
import { peakFile } from './site-table.js';
import { TextFile } from './text-file.js';

const strands = ['+', '-'] as const;

const annotatedHeader =
  'seqnames\tstart\tend\tname\tnUniqueReads\tstrand\tnReads\tnOverlapWithSpike\tgene\ttss_distances\tgene_region';

/** Writes the single positions: contig, start, end, prefix, distinct fragments, strand, all fragments. */
export function writePositions(folder: string, contigs: readonly ContigSites[]): void {
  const file = new TextFile(path.join(folder, `${PREFIX}.all_peaks.txt`));
  try {
    for (const { contig, positions, reverse, uniqueReads, reads } of contigs) {
      for (let i = 0; i < positions.length; i++) {
        const start = positions[i]!;
        file
          .text(contig)
          .tab()
          .integer(start)
          .tab()
          .integer(start + 1)
          .tab()
          .text(PREFIX)
          .tab();
        file.integer(uniqueReads[i]!).tab().text(strands[reverse[i]!]!).tab().integer(reads[i]!).line();
      }
    }
  } finally {
    file.close();
  }
}

/**
 * Writes the merged peaks with the columns of {@link writePositions}, and again with the number of known sites on the
 * same strand within `distance` bases.
 *
 * @param contigs names of the contigs that the peaks number
 * @param known takes the number of known sites of every peak
 */
export function writePeaks(
  folder: string,
  distance: number,
  peaks: Peaks,
  contigs: readonly string[],
  sites: KnownSites | undefined,
  known: Int32Array,
): void {
  const plain = new TextFile(peakFile(folder, distance, 'txt'));
  const counted = new TextFile(peakFile(folder, distance, '2.txt'));
  try {
    for (let row = 0; row < peaks.count; row++) {
      const contig = contigs[peaks.contig[row]!]!;
      const [start, end] = [peaks.start[row]!, peaks.end[row]!];
      const strand = strands[peaks.reverse[row]!]!;
      known[row] = sites?.count(contig, start - distance, end + distance, strand) ?? 0;
      for (const file of [plain, counted]) {
        file.text(contig).tab().integer(start).tab().integer(end).tab().text(PREFIX).tab();
        file.integer(peaks.uniqueReads[row]!).tab().text(strand).tab().integer(peaks.reads[row]!);
      }
      plain.line();
      counted.tab().integer(known[row]!).line();
    }
  } finally {
    plain.close();
    counted.close();
  }
}

/**
 * Writes the peaks with their genes, the largest first, below a line of headings.
 *
 * @returns the rows that are kept in the site table
 */
export function writeAnnotatedPeaks(
  folder: string,
  distance: number,
  peaks: Peaks,
  known: Int32Array,
  context: PeakContext,
): SiteRow[] {
  const file = new TextFile(peakFile(folder, distance, '3.txt'));
  const kept = new KeptRows(peaks, known, context);
  try {
    file.text(annotatedHeader).line();
    largestFirst(peaks).forEach((row, i) => {
      const annotation = annotatePeak(peaks, row, context);
      file.text(context.contigs[peaks.contig[row]!]!).tab();
      file.integer(peaks.start[row]!).tab().integer(peaks.end[row]!).tab().text(peakName(row)).tab();
      file.integer(peaks.uniqueReads[row]!).tab().text(strands[peaks.reverse[row]!]!).tab();
      file.integer(peaks.reads[row]!).tab().integer(known[row]!).tab().text(annotation.gene).tab();
      file.text(annotation.tssDistances).tab().text(annotation.geneRegion).line();
      kept.offer(row, i + 1, annotation);
    });
  } finally {
    file.close();
  }
  return kept.rows;
}
