/** What the server answers of a site analysis, and its rows in the page's words. */
import type { Site } from './sites.js';

/** A row as the server has it; missing texts are NA. */
export interface SiteRow {
  seqnames: string;
  start: number;
  end: number;
  strand: '+' | '-';
  nUniqueReads: number;
  nReads: number;
  nOverlapWithSpike: number;
  gene: string;
  tss_distances: string;
  gene_region: string;
  percent: number;
  percentAllReads: number;
}

/** What is shown of the step's summary. */
export interface AnalysisSummary {
  raw_pairs: number | null;
  counts: {
    pairs: number;
    mapped_pairs: number;
    fragments: number;
    unique_fragments: number;
    vector_fragments: number;
  };
  per_distance: { d: number; peaks: number; kept: number }[];
  clones: {
    clones: number;
    top20: number[];
    entropy: number;
    chao1: number;
    uc50: number;
    gini: number;
  };
}

export function readSite(row: SiteRow): Site {
  return {
    contig: row.seqnames,
    start: row.start,
    end: row.end,
    strand: row.strand,
    uniqueFragments: row.nUniqueReads,
    reads: row.nReads,
    percent: row.percent,
    percentReads: row.percentAllReads,
    knownSites: row.nOverlapWithSpike,
    genes: row.gene,
    tssDistances: row.tss_distances,
    regions: row.gene_region,
  };
}
