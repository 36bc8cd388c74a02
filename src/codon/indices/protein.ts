/** Indices of the protein that the codons encode. */

import type { GeneticCode } from '../genetic-code.js';
import { type IndexGroup, slots, weights } from './columns.js';

/**
 * Ten times the hydropathy of each amino acid (Kyte & Doolittle 1982, J Mol Biol 157:105, table 2); as whole
 * numbers, so that sums over a record are exact.
 */
const tenfoldHydropathy: Readonly<Record<string, number>> = {
  I: 45,
  V: 42,
  L: 38,
  F: 28,
  C: 25,
  M: 19,
  A: 18,
  G: -4,
  T: -7,
  S: -8,
  W: -9,
  Y: -13,
  P: -16,
  H: -32,
  E: -35,
  Q: -35,
  D: -35,
  N: -35,
  K: -39,
  R: -45,
  '*': 0,
};

/**
 * `gravy`, the mean hydropathy of the amino acids (Kyte & Doolittle 1982), −4.5 to 4.5, and `aromo`, the share
 * of Phe, Trp and Tyr (Lobry & Gautier 1994, Nucleic Acids Res 22:3174). NaN for a record without sense codons.
 */
export function proteinGroup(code: GeneticCode): IndexGroup {
  const letter = (codon: number) => code.aminoAcids[codon]!;
  const isSense = weights((codon) => Number(letter(codon) !== '*'));
  const hydropathy = weights((codon) => tenfoldHydropathy[letter(codon)]!);
  const isAromatic = weights((codon) => Number('FWY'.includes(letter(codon))));

  return {
    weights: [isSense, hydropathy, isAromatic],
    fill(sums, first, row) {
      const sense = sums[first]!;
      row[slots.gravy] = sums[first + 1]! / (10 * sense);
      row[slots.aromo] = sums[first + 2]! / sense;
    },
  };
}
