/** Lengths in codons, and base composition. */

import { families, subfamilies, synonymousCodons } from '../families.js';
import { codonNames, type GeneticCode } from '../genetic-code.js';
import { type IndexGroup, slots, weights } from './columns.js';

/**
 * Lengths and composition of sense codons; stops take no part.
 *
 * - `l_aa`, `l_sym`: sense codons, and those whose amino acid has another codon
 * - `gc`: share of G and C in all three positions of the sense codons
 * - `gc3`: share of sense codons that end in G or C
 * - `gc3s`: share of synonymous codons that end in G or C (Peden 1999, Analysis of codon usage, PhD thesis,
 *   University of Nottingham)
 * - `gc4d`: the same share over subfamilies of exactly four codons
 * - `t3s`, `c3s`, `a3s`, `g3s`: codons ending in that base ÷ all codons of the synonymous families that own
 *   a codon ending in it (Peden 1999); their denominators differ, so they do not add up to 1
 *
 * All but the lengths are NaN where the denominator is 0.
 */
export function compositionGroup(code: GeneticCode): IndexGroup {
  const { groups, groupOf, sizeOf } = families(code);
  const synonymous = synonymousCodons(code);
  const fourfold = subfamilies(code).sizeOf;
  const third = (codon: number) => codonNames[codon]![2]!;
  const strong = (base: string) => Number(base === 'G' || base === 'C');

  const isSense = weights((codon) => Number(sizeOf[codon]! > 0));
  const isSynonymous = weights((codon) => Number(synonymous[codon]));
  const isFourfold = weights((codon) => Number(fourfold[codon] === 4));
  const strongBases = weights(
    (codon) => isSense[codon]! * [...codonNames[codon]!].reduce((sum, base) => sum + strong(base), 0),
  );
  const strongThird = (among: Float64Array) => weights((codon) => among[codon]! * strong(third(codon)));
  const senseStrong = strongThird(isSense);
  const synonymousStrong = strongThird(isSynonymous);
  const fourfoldStrong = strongThird(isFourfold);

  const byBase = [...'TCAG'].map((base) => ({
    slot: slots[`${base.toLowerCase()}3s` as 't3s' | 'c3s' | 'a3s' | 'g3s'],
    ending: weights((codon) => isSynonymous[codon]! * Number(third(codon) === base)),
    inFamilies: weights((codon) => {
      const family = groups[groupOf[codon]!];
      return isSynonymous[codon]! * Number(family?.some((member) => third(member) === base) ?? false);
    }),
  }));

  return {
    weights: [
      isSense,
      isSynonymous,
      isFourfold,
      strongBases,
      senseStrong,
      synonymousStrong,
      fourfoldStrong,
      ...byBase.flatMap(({ ending, inFamilies }) => [ending, inFamilies]),
    ],
    fill(sums, first, row) {
      const sense = sums[first]!;
      const inFamilies = sums[first + 1]!;
      row[slots.l_aa] = sense;
      row[slots.l_sym] = inFamilies;
      row[slots.gc] = sums[first + 3]! / (3 * sense);
      row[slots.gc3] = sums[first + 4]! / sense;
      row[slots.gc3s] = sums[first + 5]! / inFamilies;
      row[slots.gc4d] = sums[first + 6]! / sums[first + 2]!;
      let next = first + 7;
      for (const { slot } of byBase) row[slot] = sums[next++]! / sums[next++]!;
    },
  };
}
