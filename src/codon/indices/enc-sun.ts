/** Effective number of codons, after Sun, Yang and Xia. */

import { subfamilies, synonymousCodons } from '../families.js';
import type { GeneticCode } from '../genetic-code.js';
import { type IndexGroup, slots, weights } from './columns.js';

/**
 * `enc_sun`, the effective number of codons (Sun, Yang & Xia 2013, Mol Biol Evol 30:191): by subfamily
 * instead of family, with one pseudo-count a codon, each subfamily weighted by its use. Never above the
 * number of sense codons; a size of subfamily that is not used counts in full.
 *
 * NaN for a record without synonymous codons.
 */
export function encSunGroup(code: GeneticCode): IndexGroup {
  const { groups } = subfamilies(code);
  const shared = groups.filter((subfamily) => subfamily.length >= 2);
  const single = groups.length - shared.length;
  const largest = Math.max(...shared.map((subfamily) => subfamily.length));
  /** By size: how many subfamilies the code has, used or not. */
  const having = new Uint8Array(largest + 1);
  for (const subfamily of shared) having[subfamily.length]!++;
  const synonymous = synonymousCodons(code);
  const isSynonymous = weights((codon) => Number(synonymous[codon]));

  const totals = new Float64Array(largest + 1);
  const weighted = new Float64Array(largest + 1);

  return {
    weights: [isSynonymous],
    fill(counts, sums, first, row) {
      if (sums[first] === 0) {
        row[slots.enc_sun] = Number.NaN;
        return;
      }
      totals.fill(0);
      weighted.fill(0);
      for (const subfamily of shared) {
        const size = subfamily.length;
        let total = 0;
        let squares = 0;
        for (const codon of subfamily) {
          const count = counts[codon]!;
          total += count;
          squares += (count + 1) * (count + 1);
        }
        totals[size]! += total;
        weighted[size]! += (total * squares) / ((total + size) * (total + size));
      }
      let effective = single;
      for (let size = 2; size <= largest; size++) {
        effective +=
          totals[size] === 0 ? having[size]! * size : (having[size]! * totals[size]!) / weighted[size]!;
      }
      row[slots.enc_sun] = effective;
    },
  };
}
