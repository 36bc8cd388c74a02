/**
 * How the records of a run are spread over length, GC content and codon bias, in bounded space.
 *
 * Only whole counts are kept, so the summaries of any parts of a run, merged in any order, are those of
 * the whole run to the last bit.
 */

/** Bins of a decade of record length. */
const BINS_PER_DECADE = 16;
const DECADES = 10;

/**
 * Lowest length of each bin: 16 a decade from 1 to 10^10, rounded up to whole bases and without the
 * doubles that this makes below 10. The last bin is open.
 */
export const LENGTH_EDGES: readonly number[] = lengthEdges();

/** Equal bins of GC content from 0 to 1. */
export const GC_BINS = 50;

/**
 * The grid of the Nc plot: columns of GC3s from 0 to 1, rows of `enc` from 20 (one codon an amino acid) to
 * 61 (all codons alike), half a codon a row. Values on the upper border belong to the last column or row.
 */
export const NC_GRID = { columns: 100, rows: 82, gc3s: [0, 1], enc: [20, 61] } as const;

/** {@link RecordDistributions} as JSON: only what is not zero, as pairs of bin and count in ascending order. */
export interface RecordDistributionsJson {
  records: number;
  empty: number;
  shortest: number | null;
  longest: number | null;
  lengths: [bin: number, count: number][];
  gc: [bin: number, count: number][];
  /** Bin = row × 100 + column. */
  nc: [bin: number, count: number][];
}

/** Counts of records by length, by GC content, and by GC3s and effective number of codons together. */
export class RecordDistributions {
  /** Records added. */
  records = 0;
  /** Records without a base: on no bin of a logarithmic axis. */
  empty = 0;
  /** Least length, null before the first record. */
  shortest: number | null = null;
  longest: number | null = null;
  readonly lengths = new Float64Array(LENGTH_EDGES.length);
  readonly gc = new Float64Array(GC_BINS);
  /** Row by row from the lowest `enc`. */
  readonly nc = new Float64Array(NC_GRID.columns * NC_GRID.rows);

  /**
   * Adds a record. Indices that are undefined for it (null) leave it out of the distribution concerned.
   *
   * @param length bases, 0 or more
   * @param gc share of G and C in its sense codons
   * @param gc3s share of G and C at the third base of its synonymous codons
   * @param enc its effective number of codons (Wright 1990)
   */
  add(length: number, gc: number | null, gc3s: number | null, enc: number | null): void {
    this.records += 1;
    if (this.shortest === null || length < this.shortest) this.shortest = length;
    if (this.longest === null || length > this.longest) this.longest = length;
    if (length < 1) this.empty += 1;
    else this.lengths[lengthBin(length)]! += 1;
    if (gc !== null) this.gc[evenBin(gc, 0, 1, GC_BINS)]! += 1;
    if (gc3s !== null && enc !== null) {
      const column = evenBin(gc3s, ...NC_GRID.gc3s, NC_GRID.columns);
      const row = evenBin(enc, ...NC_GRID.enc, NC_GRID.rows);
      this.nc[row * NC_GRID.columns + column]! += 1;
    }
  }

  /** Adds all records of another summary. */
  merge(other: RecordDistributions): void {
    this.records += other.records;
    this.empty += other.empty;
    if (other.shortest !== null) this.shortest = Math.min(this.shortest ?? other.shortest, other.shortest);
    if (other.longest !== null) this.longest = Math.max(this.longest ?? other.longest, other.longest);
    addAll(this.lengths, other.lengths);
    addAll(this.gc, other.gc);
    addAll(this.nc, other.nc);
  }

  toJSON(): RecordDistributionsJson {
    return {
      records: this.records,
      empty: this.empty,
      shortest: this.shortest,
      longest: this.longest,
      lengths: sparse(this.lengths),
      gc: sparse(this.gc),
      nc: sparse(this.nc),
    };
  }

  static fromJSON(json: RecordDistributionsJson): RecordDistributions {
    const result = new RecordDistributions();
    result.records = json.records;
    result.empty = json.empty;
    result.shortest = json.shortest;
    result.longest = json.longest;
    for (const name of ['lengths', 'gc', 'nc'] as const) {
      for (const [bin, count] of json[name]) result[name][bin] = count;
    }
    return result;
  }
}

function lengthEdges(): number[] {
  const edges = new Set<number>();
  for (let i = 0; i < DECADES * BINS_PER_DECADE; i += 1) {
    // Decades are written as numerals, since a power of a fraction may miss them by the last bit.
    const decade = Number(`1e${Math.floor(i / BINS_PER_DECADE)}`);
    const within = i % BINS_PER_DECADE;
    edges.add(within === 0 ? decade : Math.ceil(decade * 10 ** (within / BINS_PER_DECADE)));
  }
  return [...edges, 10 ** DECADES];
}

/** Index of the last edge that is not above the length. */
function lengthBin(length: number): number {
  let low = 0;
  let high = LENGTH_EDGES.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (LENGTH_EDGES[middle]! <= length) low = middle;
    else high = middle;
  }
  return low;
}

function evenBin(value: number, low: number, high: number, bins: number): number {
  const bin = Math.floor(((value - low) * bins) / (high - low));
  return Math.min(Math.max(bin, 0), bins - 1);
}

function addAll(into: Float64Array, from: Float64Array): void {
  for (let i = 0; i < into.length; i += 1) into[i]! += from[i]!;
}

function sparse(counts: Float64Array): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < counts.length; i += 1) {
    if (counts[i]! > 0) pairs.push([i, counts[i]!]);
  }
  return pairs;
}
