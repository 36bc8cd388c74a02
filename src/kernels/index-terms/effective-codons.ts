import type { FamilyTable } from './types.js';

/** Families with a lower homozygosity say nothing about their size class. */
const leastHomozygosity = 0.0000001;

/** An even use of all 61 sense codons of the standard code; Wright's upper bound, kept for every code. */
const mostCodons = 61;

/** By size of family. */
const having = new Float64Array(65);
const used = new Float64Array(65);
const sums = new Float64Array(65);

/**
 * The effective number of codons (Wright 1990, Gene 87:23). Homozygosity is estimated for each family (eq. 1)
 * and averaged over the families of one size (eq. 3). Where the code has one family of size 3 (Ile) and it cannot be
 * used, its homozygosity is the mean of those of sizes 2 and 4. NaN if any other size has no usable family.
 */
export function wrightNumber(counts: Float64Array, { single, families }: FamilyTable): number {
  having.fill(0);
  used.fill(0);
  sums.fill(0);
  for (let at = 0; at < families.length; ) {
    const size = families[at++]!;
    let total = 0;
    let squares = 0;
    for (const end = at + size; at < end; at++) {
      const count = counts[families[at]!]!;
      total += count;
      squares += count * count;
    }
    having[size]!++;
    if (total < 2) continue;
    // Eq. 1 with both sides of the quotient multiplied by n, which keeps them integers.
    const homozygosity = (squares - total) / (total * (total - 1));
    if (homozygosity <= leastHomozygosity) continue;
    sums[size]! += homozygosity;
    used[size]!++;
  }
  let effective = single;
  for (let size = 2; size <= 64; size++) {
    if (having[size] === 0) continue;
    // 0 / 0 is NaN, which carries through to the result.
    let mean = sums[size]! / used[size]!;
    if (size === 3 && used[3] === 0 && having[3] === 1) {
      mean = (sums[2]! / used[2]! + sums[4]! / used[4]!) / 2;
    }
    effective += having[size]! / mean;
  }
  return Math.min(effective, mostCodons);
}

/**
 * The effective number of codons (Sun, Yang & Xia 2013, Mol Biol Evol 30:191): with one pseudo-count a codon,
 * each family weighted by its use; a size of family that is not used counts in full.
 */
export function sunNumber(counts: Float64Array, { single, families }: FamilyTable): number {
  having.fill(0);
  used.fill(0);
  sums.fill(0);
  for (let at = 0; at < families.length; ) {
    const size = families[at++]!;
    let total = 0;
    let squares = 0;
    for (const end = at + size; at < end; at++) {
      const count = counts[families[at]!]!;
      total += count;
      squares += (count + 1) * (count + 1);
    }
    having[size]!++;
    used[size]! += total;
    sums[size]! += (total * squares) / ((total + size) * (total + size));
  }
  let effective = single;
  for (let size = 2; size <= 64; size++) {
    if (having[size] === 0) continue;
    effective += used[size] === 0 ? having[size]! * size : (having[size]! * used[size]!) / sums[size]!;
  }
  return effective;
}
