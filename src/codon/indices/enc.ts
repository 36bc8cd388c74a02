/** Effective number of codons, after Wright. */

import { families } from '../families.js';
import type { GeneticCode } from '../genetic-code.js';
import { type IndexGroup, slots } from './columns.js';

/** Families with a lower homozygosity say nothing about their size class. */
const leastHomozygosity = 0.0000001;

/** An even use of all 61 sense codons of the standard code; Wright's upper bound, kept for every code. */
const mostCodons = 61;

/**
 * `enc`, the effective number of codons (Wright 1990, Gene 87:23): about 20 when each amino acid uses one
 * codon only, 61 when all are used alike.
 *
 * Homozygosity is estimated for each family (eq. 1) and averaged over the families of one size (eq. 3). Where
 * the code has one family of size 3 (Ile) and it cannot be used, its homozygosity is the mean of those of
 * sizes 2 and 4. NaN if any other size has no usable family.
 */
export function encGroup(code: GeneticCode): IndexGroup {
  const { groups } = families(code);
  const synonymous = groups.filter((family) => family.length >= 2);
  const single = groups.length - synonymous.length;
  const largest = Math.max(...synonymous.map((family) => family.length));
  /** By size: how many families the code has, used or not. */
  const having = new Uint8Array(largest + 1);
  for (const family of synonymous) having[family.length]!++;

  const sums = new Float64Array(largest + 1);
  const used = new Uint8Array(largest + 1);

  return {
    weights: [],
    fill(counts, _sums, _first, row) {
      sums.fill(0);
      used.fill(0);
      for (const family of synonymous) {
        let total = 0;
        let squares = 0;
        for (const codon of family) {
          const count = counts[codon]!;
          total += count;
          squares += count * count;
        }
        if (total < 2) continue;
        // Eq. 1 with both sides of the quotient multiplied by n, which keeps them integers.
        const homozygosity = (squares - total) / (total * (total - 1));
        if (homozygosity <= leastHomozygosity) continue;
        sums[family.length]! += homozygosity;
        used[family.length]!++;
      }
      let effective = single;
      for (let size = 2; size <= largest; size++) {
        if (having[size] === 0) continue;
        // 0 / 0 is NaN, which carries through to the result.
        let mean = sums[size]! / used[size]!;
        if (size === 3 && used[3] === 0 && having[3] === 1) {
          mean = (sums[2]! / used[2]! + sums[4]! / used[4]!) / 2;
        }
        effective += having[size]! / mean;
      }
      row[slots.enc] = Math.min(effective, mostCodons);
    },
  };
}

/**
 * The `enc` expected where nothing but base composition acts (Wright 1990, eq. 4).
 *
 * @param gc3s share of G and C at synonymous third positions, 0 to 1
 */
export function expectedEnc(gc3s: number): number {
  return 2 + gc3s + 29 / (gc3s ** 2 + (1 - gc3s) ** 2);
}
