/** Indices that measure codon use against a reference: CAI, Fop and CBI. */

import type { AdaptationModel } from '../adaptation-model.js';
import { families } from '../families.js';
import type { GeneticCode } from '../genetic-code.js';
import { type IndexGroup, slots, weights } from './columns.js';

/** Least common multiple of all sizes of families: makes every share of optimal codons a whole number. */
const commonMultiple = 840;

/**
 * `cai`, `fop` and `cbi`.
 *
 * - `cai`: geometric mean of the weights of the synonymous codons (Sharp & Li 1987, Nucleic Acids Res
 *   15:1281); NaN without such codons
 * - `fop`: share of optimal codons (Ikemura 1981, J Mol Biol 151:389) in the families that have any; NaN
 *   if no codon is of such a family
 * - `cbi`: the same share, 0 where it is that of random use, 1 where all are optimal (Bennetzen & Hall 1982,
 *   J Biol Chem 257:3026); may fall below −1; NaN where random use would be all optimal
 */
export function adaptationGroup(code: GeneticCode, model: AdaptationModel): IndexGroup {
  const hasWeight = weights((codon) => Number(model.weights[codon]! > 0));
  const logarithms = weights((codon) => (model.weights[codon]! > 0 ? Math.log(model.weights[codon]!) : 0));

  const { groups, groupOf } = families(code);
  const isOptimal = weights(() => 0);
  for (const codon of model.optimal) isOptimal[codon] = 1;
  const optimalShare = weights((codon) => {
    const family = groups[groupOf[codon]!] ?? [];
    const optimal = family.reduce((sum, member) => sum + isOptimal[member]!, 0);
    return optimal === 0 ? 0 : (commonMultiple / family.length) * optimal;
  });
  const isCounted = weights((codon) => Number(optimalShare[codon]! > 0));

  return {
    weights: [logarithms, hasWeight, isOptimal, isCounted, optimalShare],
    fill(sums, first, row) {
      row[slots.cai] = Math.exp(sums[first]! / sums[first + 1]!);
      const optimal = sums[first + 2]!;
      const counted = sums[first + 3]!;
      const random = sums[first + 4]!;
      row[slots.fop] = optimal / counted;
      // Both sides are exact integers, so the quotient is 0 / 0, or x / 0 with x = 0, exactly where CBI is undefined.
      row[slots.cbi] = (commonMultiple * optimal - random) / (commonMultiple * counted - random);
    },
  };
}
