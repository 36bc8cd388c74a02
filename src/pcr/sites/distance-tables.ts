/** The tables of merge distances, which need nothing of one another: a worker thread can make its share of them. */
import type { BamContig } from '../../formats/bam/header.js';
import { ContigNames } from '../references/contig-names.js';
import type { NamedFile } from '../references/table-rows.js';
import type { ContigPositions } from './contig-fragments.js';
import { readGenes } from './genes.js';
import { readKnownSites } from './known-sites.js';
import { writeAnnotatedPeaks, writePeaks } from './peak-files.js';
import { emptyPeaks, mergePositions } from './peaks.js';
import type { SiteRules } from './rules.js';
import type { SiteRow } from './site-rows.js';
import { writeSiteTable } from './site-table.js';

/** What the tables are made from; plain data, so that it can cross threads. */
export interface DistanceInput {
  distances: readonly number[];
  /** Positions of contigs that hold sites, in the order of the contigs' names. */
  sites: readonly ContigPositions[];
  /** All contigs of the alignment. */
  contigs: readonly BamContig[];
  rules: SiteRules;
  /** `gene` lines of GTF. */
  genes?: NamedFile;
  /** BED6. */
  knownSites?: NamedFile;
  /** Absolute path of the folder for peak tables. */
  bed2peak: string;
}

/** What is in the tables of one merge distance. */
export interface DistanceSummary {
  /** Positions with no more than this many bases between them are one peak. */
  d: number;
  peaks: number;
  /** Rows of the site table. */
  kept: number;
  /** Its first 20, with long lists of genes cut. */
  top20: SiteRow[];
}

const TOP = 20;
const LONGEST_LIST = 60;

/**
 * Writes the tables of the given distances. Memory: 46 bytes a position, and the site table of one distance.
 *
 * @throws what `readGenes` and `readKnownSites` throw; GTK_NOT_WRITABLE
 */
export async function writeDistances(input: DistanceInput): Promise<DistanceSummary[]> {
  const { distances, sites, rules, bed2peak } = input;
  const names = new ContigNames(input.contigs);
  const genes = input.genes && (await readGenes(input.genes, names));
  const known = input.knownSites && (await readKnownSites(input.knownSites, names));
  const contigs = sites.map(({ contig }) => contig);
  const context = { contigs, genes: contigs.map((contig) => genes?.get(contig)), rules };
  const peaks = emptyPeaks(sites.reduce((sum, { positions }) => sum + positions.length, 0));
  const knownNearby = new Int32Array(peaks.start.length);
  const summaries: DistanceSummary[] = [];
  for (const d of distances) {
    mergePositions(sites, d, peaks);
    writePeaks(bed2peak, d, peaks, contigs, known, knownNearby);
    const rows = writeAnnotatedPeaks(bed2peak, d, peaks, knownNearby, context);
    await writeSiteTable(bed2peak, d, rows);
    summaries.push({ d, peaks: peaks.count, kept: rows.length, top20: rows.slice(0, TOP).map(shortened) });
  }
  return summaries;
}

/** Records must stay small, whatever genes a peak is near to. */
function shortened(row: SiteRow): SiteRow {
  const cut = (text: string) => (text.length > LONGEST_LIST ? `${text.slice(0, LONGEST_LIST)}…` : text);
  return {
    ...row,
    gene: cut(row.gene),
    tss_distances: cut(row.tss_distances),
    gene_region: cut(row.gene_region),
  };
}
