/** The fragments of one contig, and what is left of them once all are there. */
import { distinctSorted, distinctWithUmi } from './distinct.js';

/**
 * Positions of the fragments on a contig. The position of a fragment is that of its junction: its start on the
 * forward strand; on the reverse strand its end, which counts as one behind the first base.
 */
export interface ContigPositions {
  contig: string;
  /** Ascending; on the forward strand before those on the reverse one. */
  positions: Int32Array;
  /** 1 for the reverse strand. */
  reverse: Uint8Array;
  /** Distinct fragments at each position. */
  uniqueReads: Int32Array;
  /** All fragments at each position, with the copies. */
  reads: Int32Array;
}

/** With the fragments themselves. */
export interface ContigSites extends ContigPositions {
  /** Codes of the distinct fragments, ascending (see `fragmentCode`). One that several UMIs share comes as often. */
  distinct: Float64Array;
}

/** A fragment as one number, in the order of start, end and strand. Its length, below 1000, has ten bits. */
export function fragmentCode(start: number, end: number, isReverse: boolean): number {
  return start * 2048 + (end - start) * 2 + (isReverse ? 1 : 0);
}

/** Undoes {@link fragmentCode}. */
export function fragmentOf(code: number): { start: number; end: number; isReverse: boolean } {
  const start = Math.floor(code / 2048);
  const rest = code - start * 2048;
  return { start, end: start + (rest >> 1), isReverse: (rest & 1) === 1 };
}

/** Gathers fragments, 8 bytes each, or 16 with UMIs. */
export class ContigFragments {
  #codes = new Float64Array(1 << 12);
  #umis: Float64Array | undefined;
  count = 0;

  constructor(umi: boolean) {
    if (umi) this.#umis = new Float64Array(this.#codes.length);
  }

  add(start: number, end: number, isReverse: boolean, umi: number | undefined): void {
    if (this.count === this.#codes.length) {
      this.#codes = doubled(this.#codes);
      this.#umis &&= doubled(this.#umis);
    }
    if (this.#umis) this.#umis[this.count] = umi!;
    this.#codes[this.count++] = fragmentCode(start, end, isReverse);
  }

  /** What was gathered; the next contig begins empty. */
  finish(contig: string): ContigSites {
    const codes = this.#codes.subarray(0, this.count);
    const all = positionCodes(codes);
    const umis = this.#umis?.subarray(0, this.count);
    const distinct = umis ? distinctWithUmi(codes, umis) : distinctSorted(codes);
    this.count = 0;
    const unique = positionCodes(distinct);
    return { contig, distinct, ...countPositions(all, unique) };
  }
}

function doubled(array: Float64Array): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(2 * array.length);
  copy.set(array);
  return copy;
}

/** Position and strand of every fragment as one number, ascending. */
function positionCodes(fragments: Float64Array): Uint32Array {
  const codes = new Uint32Array(fragments.length);
  for (let i = 0; i < fragments.length; i++) {
    const code = fragments[i]!;
    const start = Math.floor(code / 2048);
    const rest = code - start * 2048;
    codes[i] = rest & 1 ? 2 * (start + (rest >> 1)) + 1 : 2 * start;
  }
  return codes.sort();
}

/** @param all @param unique position codes, ascending; each of the first is among the second */
function countPositions(all: Uint32Array, unique: Uint32Array): Omit<ContigSites, 'contig' | 'distinct'> {
  let count = 0;
  for (let i = 0; i < unique.length; i++) if (i === 0 || unique[i] !== unique[i - 1]) count++;
  const positions = new Int32Array(count);
  const reverse = new Uint8Array(count);
  const uniqueReads = new Int32Array(count);
  const reads = new Int32Array(count);
  let [u, a] = [0, 0];
  for (let i = 0; i < count; i++) {
    const code = unique[u]!;
    positions[i] = code >>> 1;
    reverse[i] = code & 1;
    for (; u < unique.length && unique[u] === code; u++) uniqueReads[i]!++;
    for (; a < all.length && all[a] === code; a++) reads[i]!++;
  }
  return { positions, reverse, uniqueReads, reads };
}
