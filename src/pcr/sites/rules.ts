/** What counts as a site. */
import type { ClipFilter, RunConfig } from '../config/columns.js';

export interface SiteRules {
  /**
   * `five_prime`: R1 must not be clipped by more than 6 bases at its own 5' end, which is the junction, and the mates
   * must lie on opposite strands. `left`, as published: neither mate may be clipped so at its left, whatever its
   * strand.
   */
  clipFilter: ClipFilter;
  /** Contigs whose name contains this hold no sites; null where there are none. */
  vectorContig: string | null;
  /** Bases around the start of a gene, see `geneRegion`. */
  promoterLeft: number;
  promoterRight: number;
  enhancerLeft: number;
  /** Whether names end in `_UMI`, so that fragments with another UMI are no duplicates. */
  umi: boolean;
}

/** Bases that may be clipped: the five of the LTR that a primer leaves on the read, and one more. */
export const MAX_CLIP = 6;
/** Fragments are shorter than this. */
export const FRAGMENT_LIMIT = 1000;
/** The largest distance at which positions are merged; every one from 0 on has its own table. */
export const MAX_DISTANCE = 10;

export function siteRules(config: RunConfig, umi: boolean): SiteRules {
  return {
    clipFilter: config.clip_filter,
    vectorContig: config.vector_contig,
    promoterLeft: config.promoter_left,
    promoterRight: config.promoter_right,
    enhancerLeft: config.enhancer_left,
    umi,
  };
}

/** Whether a row of a site table is kept in the filtered one, as published. */
export function isKept(uniqueReads: number, reads: number): boolean {
  return uniqueReads > 1 || reads > 5;
}
