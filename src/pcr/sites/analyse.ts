/** From an alignment to tables of insertion sites. */
import path from 'node:path';
import { ContigNames } from '../references/contig-names.js';
import type { NamedFile } from '../references/table-rows.js';
import { type CloneStatistics, cloneStatistics } from './clones.js';
import { writeDistinctFragments } from './distinct-fragments.js';
import { type PairCounts, readFragments } from './fragments.js';
import { readGenes } from './genes.js';
import { readKnownSites } from './known-sites.js';
import { writeAnnotatedPeaks, writePeaks, writePositions } from './peak-files.js';
import { emptyPeaks, mergePositions } from './peaks.js';
import { MAX_DISTANCE, type SiteRules } from './rules.js';
import { PREFIX, type SiteRow } from './site-rows.js';
import { writeSiteTable } from './site-table.js';
import { byCodePoints } from './text-order.js';

export interface SiteAnalysisInput {
  /** BAM sorted by coordinate. */
  alignment: NamedFile;
  rules: SiteRules;
  /** `gene` lines of GTF. */
  genes?: NamedFile;
  /** BED6. */
  knownSites?: NamedFile;
  /** Absolute path of the folder for BED files. */
  bam2bed: string;
  /** Absolute path of the folder for peak tables. */
  bed2peak: string;
  /** Takes a line about what is done. */
  log(line: string): void;
}

export interface SiteAnalysis {
  counts: PairCounts & {
    /** Distinct fragments. */
    unique_fragments: number;
    /** Fragments on contigs of the vector, which hold no sites. */
    vector_fragments: number;
  };
  per_distance: {
    /** Positions with no more than this many bases between them are one peak. */
    d: number;
    peaks: number;
    /** Rows of the site table. */
    kept: number;
    /** Its first 20, with long lists of genes cut. */
    top20: SiteRow[];
  }[];
  /** Of all peaks at distance 0, by all of their fragments. */
  clones: CloneStatistics;
}

const TOP = 20;
const LONGEST_LIST = 40;

/**
 * Writes `aligned.bed` and `aligned.rmdup.bed` to one folder and the tables of peaks to the other, for every merge
 * distance. Memory: some 30 bytes a fragment of the contig with the most, 70 with UMIs; 8 a distinct fragment; 60 a
 * position; the site table of one distance; and what `MateTable` and `readBam` take.
 *
 * @throws what `readFragments`, `readGenes` and `readKnownSites` throw; GTK_NOT_WRITABLE
 */
export async function analyseSites(input: SiteAnalysisInput): Promise<SiteAnalysis> {
  const { alignment, rules, bam2bed, bed2peak, log } = input;
  const bed = path.join(bam2bed, `${PREFIX}.bed`);
  const read = await readFragments(alignment, rules, bed);
  log(`${read.counts.fragments} fragments of ${read.counts.pairs} pairs`);
  writeDistinctFragments(path.join(bam2bed, `${PREFIX}.rmdup.bed`), read.sites);

  const { vectorContig } = rules;
  const isVector = (name: string) => vectorContig !== null && name.includes(vectorContig);
  const sites = read.sites
    .filter(({ contig }) => !isVector(contig))
    .sort((a, b) => byCodePoints(a.contig, b.contig));
  writePositions(bed2peak, sites);

  const names = new ContigNames(read.contigs);
  const genes = input.genes && (await readGenes(input.genes, names));
  const known = input.knownSites && (await readKnownSites(input.knownSites, names));
  const contigs = sites.map(({ contig }) => contig);
  const context = { contigs, genes: contigs.map((contig) => genes?.get(contig)), rules };
  const peaks = emptyPeaks(sites.reduce((sum, { positions }) => sum + positions.length, 0));
  const knownNearby = new Int32Array(peaks.start.length);
  const perDistance: SiteAnalysis['per_distance'] = [];
  let clones = cloneStatistics(new Int32Array(0));
  for (let d = 0; d <= MAX_DISTANCE; d++) {
    mergePositions(sites, d, peaks);
    if (d === 0) clones = cloneStatistics(peaks.reads.subarray(0, peaks.count));
    writePeaks(bed2peak, d, peaks, contigs, known, knownNearby);
    const rows = writeAnnotatedPeaks(bed2peak, d, peaks, knownNearby, context);
    await writeSiteTable(bed2peak, d, rows);
    log(`merge distance ${d}: ${peaks.count} peaks, ${rows.length} in the site table`);
    perDistance.push({ d, peaks: peaks.count, kept: rows.length, top20: rows.slice(0, TOP).map(shortened) });
  }
  const distinct = read.sites.reduce((sum, site) => sum + site.distinct.length, 0);
  const placed = sites.reduce((sum, { reads }) => reads.reduce((a, b) => a + b, sum), 0);
  const counts = {
    ...read.counts,
    unique_fragments: distinct,
    vector_fragments: read.counts.fragments - placed,
  };
  return { counts, per_distance: perDistance, clones };
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
