/** From an alignment to tables of insertion sites. */
import path from 'node:path';
import type { NamedFile } from '../references/table-rows.js';
import { type CloneStatistics, cloneStatistics } from './clones.js';
import { type DistanceInput, type DistanceSummary, writeDistances } from './distance-tables.js';
import { writeDistinctFragments } from './distinct-fragments.js';
import { type PairCounts, readFragments } from './fragments.js';
import { writePositions } from './peak-files.js';
import { emptyPeaks, mergePositions } from './peaks.js';
import { MAX_DISTANCE, type SiteRules } from './rules.js';
import { PREFIX } from './site-rows.js';
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
  /** Threads that may be busy. */
  threads: number;
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
  per_distance: DistanceSummary[];
  /** Of all peaks at distance 0, by all of their fragments. */
  clones: CloneStatistics;
}

/** Positions from which on it pays to start threads for the tables. */
const MANY_POSITIONS = 10_000;

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

  const positions = sites.reduce((sum, site) => sum + site.positions.length, 0);
  const peaks = emptyPeaks(positions);
  mergePositions(sites, 0, peaks);
  const clones = cloneStatistics(peaks.reads.subarray(0, peaks.count));
  const perDistance = await writeAll(
    {
      sites: sites.map(({ distinct: _, ...site }) => site),
      contigs: read.contigs,
      rules,
      ...(input.genes && { genes: input.genes }),
      ...(input.knownSites && { knownSites: input.knownSites }),
      bed2peak,
    },
    positions < MANY_POSITIONS ? 1 : input.threads,
  );
  for (const { d, peaks, kept } of perDistance)
    log(`merge distance ${d}: ${peaks} peaks, ${kept} in the site table`);
  const distinct = read.sites.reduce((sum, site) => sum + site.distinct.length, 0);
  const placed = sites.reduce((sum, { reads }) => reads.reduce((a, b) => a + b, sum), 0);
  const counts = {
    ...read.counts,
    unique_fragments: distinct,
    vector_fragments: read.counts.fragments - placed,
  };
  return { counts, per_distance: perDistance, clones };
}

/** The tables of all distances, shared out among this thread and as many workers as make up the number. */
async function writeAll(
  input: Omit<DistanceInput, 'distances'>,
  threads: number,
): Promise<DistanceSummary[]> {
  const all = Array.from({ length: MAX_DISTANCE + 1 }, (_, d) => d);
  const shareOf = (share: number) => all.filter((d) => d % threads === share);
  if (threads === 1) return writeDistances({ ...input, distances: all });
  const { WorkerPool } = await import('../../engine/pool.js');
  const pool = new WorkerPool('pcr');
  try {
    const others = Array.from({ length: Math.min(threads, all.length) - 1 }, (_, other) =>
      pool.runPiece<DistanceSummary[]>('writeDistances', { ...input, distances: shareOf(other + 1) }),
    );
    const made = await Promise.all([writeDistances({ ...input, distances: shareOf(0) }), ...others]);
    return made.flat().sort((a, b) => a.d - b.d);
  } finally {
    await pool.destroy();
  }
}
