/**
 * Which genes a peak belongs to, as ChIPpeakAnno tells it (Zhu et al. 2010): `annotatePeakInBatch` with
 * output "both", the peak's middle and the gene's transcription start as places, and all of several.
 */
import { type ContigGenes, type Gene, transcriptionStart } from './genes.js';
import type { SiteRules } from './rules.js';

/** A peak's genes, their values joined by commas in the order of the genes' ids; `NA` where there is none. */
export interface Annotation {
  /** Symbols. */
  gene: string;
  /** From the transcription start to the middle of the peak, along the gene: less than 0 before it. */
  tssDistances: string;
  geneRegion: string;
}

type Windows = Pick<SiteRules, 'promoterLeft' | 'promoterRight' | 'enhancerLeft'>;

const NONE: Annotation = { gene: 'NA', tssDistances: 'NA', geneRegion: 'NA' };

/**
 * @param genes of the peak's contig; undefined where it has none
 * @param start first base of the peak, 0-based
 * @param end exclusive
 */
export function annotate(
  genes: ContigGenes | undefined,
  start: number,
  end: number,
  windows: Windows,
): Annotation {
  if (!genes) return NONE;
  const first = start + 1;
  const point = halfToEven(first + end);
  let [symbols, distances, regions] = ['', '', ''];
  for (const number of genes.near(point, first, end)) {
    const gene = genes.genes[number]!;
    const offset = point - transcriptionStart(gene);
    const distance = gene.isReverse ? 0 - offset : offset;
    const comma = symbols === '' ? '' : ',';
    symbols += comma + gene.symbol;
    distances += comma + distance;
    regions += comma + geneRegion(gene, first, end, distance, windows);
  }
  return { gene: symbols, tssDistances: distances, geneRegion: regions };
}

/** Half of a sum, rounded as IEC 60559 has it and R does. */
function halfToEven(sum: number): number {
  const half = Math.floor(sum / 2);
  return sum % 2 === 0 || half % 2 === 0 ? half : half + 1;
}

/** How a peak lies to a gene. The windows come first, so what lies inside a short gene is at its promoter. */
function geneRegion(gene: Gene, start: number, end: number, distance: number, windows: Windows): string {
  const { promoterLeft, promoterRight, enhancerLeft } = windows;
  if (distance >= -enhancerLeft && distance < -promoterLeft) return 'enhancer';
  if (distance >= -promoterLeft && distance < promoterRight) return 'promoter';
  return relation(gene, start, end);
}

/** Where both begin or end together, the order of the cases decides; it is that of `annotatePeakInBatch`. */
function relation(gene: Gene, start: number, end: number): string {
  // Along the gene: distances from its first base to that of the peak, and from its last base to that of the peak.
  const atStart = gene.isReverse ? gene.end - end : start - gene.start;
  const atEnd = gene.isReverse ? gene.start - start : end - gene.end;
  const length = gene.end - gene.start;
  const peakLength = end - start;
  if (atStart + peakLength < 0) return 'upstream';
  if (atStart > length) return 'downstream';
  if (atStart < 0 && atEnd <= 0) return 'overlapStart';
  if (atStart > 0 && atEnd >= 0) return 'overlapEnd';
  if (atStart === 0 && atEnd === 0) return 'overlap';
  return atEnd > 0 ? 'includeFeature' : 'inside';
}
