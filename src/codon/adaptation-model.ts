/** What codon use is measured against: a weight for each codon (CAI) and the optimal codons (Fop, CBI). */

import { families, subfamilies, synonymousCodons } from './families.js';
import type { GeneticCode } from './genetic-code.js';
import { type CaiSetName, caiSetWeights, type FopSetName, fopSetCodons } from './reference-sets.js';

/** The model of one genetic code. Plain data: it may be sent between threads. */
export interface AdaptationModel {
  /** Relative adaptiveness by codon number, above 0 and at most 1; NaN where a codon takes no part in CAI. */
  readonly weights: Float64Array;
  /** Numbers of the optimal codons, ascending, all of them synonymous. */
  readonly optimal: readonly number[];
}

/** Ways to weigh codons that the reference lacks, see {@link referenceWeights}. */
export const caiZeroRules = ['half', '0.01', 'plus1'] as const;
export type CaiZero = (typeof caiZeroRules)[number];

/** Groups within which weights are relative: `aa` families of amino acids, `subfamily` their halves. */
export const caiFamilyRules = ['aa', 'subfamily'] as const;
export type CaiFamily = (typeof caiFamilyRules)[number];

/** Where weights come from: a published set, or 64 counts by codon number. */
export type WeightSource =
  | { readonly set: CaiSetName }
  | { readonly counts: ArrayLike<number>; readonly zero: CaiZero; readonly family: CaiFamily };

/** Where optimal codons come from: a published set, codon numbers, or 64 counts by codon number. */
export type OptimalSource =
  | { readonly set: FopSetName }
  | { readonly codons: readonly number[] }
  | { readonly counts: ArrayLike<number> };

/** Makes the model of a genetic code. Codons that are not synonymous in it take no part. */
export function adaptationModel(
  code: GeneticCode,
  weightSource: WeightSource,
  optimalSource: OptimalSource,
): AdaptationModel {
  const synonymous = synonymousCodons(code);
  const weights =
    'set' in weightSource
      ? caiSetWeights(weightSource.set).map((weight, codon) => (synonymous[codon] ? weight : Number.NaN))
      : referenceWeights(code, weightSource.counts, weightSource.zero, weightSource.family);
  const optimal =
    'counts' in optimalSource ? referenceOptimal(code, optimalSource.counts) : named(optimalSource);
  return {
    weights,
    optimal: [...new Set(optimal)].filter((codon) => synonymous[codon]).sort((a, b) => a - b),
  };
}

function named(source: { set: FopSetName } | { codons: readonly number[] }): readonly number[] {
  return 'set' in source ? fopSetCodons(source.set) : source.codons;
}

/**
 * Relative adaptiveness: a codon's count in the reference ÷ the highest count of its group (Sharp & Li 1987,
 * Nucleic Acids Res 15:1281, eq. 2). Codons alone in their group are NaN. All codons of a group that the
 * reference lacks altogether weigh 1; other codons that it lacks,
 *
 * - `half`: as if counted 0.5 times (Sharp & Li 1987);
 * - `0.01`: weigh 0.01 (Bulmer 1988, J Evol Biol 1:15);
 * - `plus1`: as if every codon had been counted once more.
 */
function referenceWeights(
  code: GeneticCode,
  counts: ArrayLike<number>,
  zero: CaiZero,
  family: CaiFamily,
): Float64Array {
  const weights = new Float64Array(64).fill(Number.NaN);
  const { groups } = family === 'aa' ? families(code) : subfamilies(code);
  for (const group of groups.filter((codons) => codons.length >= 2)) {
    const most = Math.max(...group.map((codon) => counts[codon]!));
    for (const codon of group) weights[codon] = most === 0 ? 1 : weight(counts[codon]!, most, zero);
  }
  return weights;
}

function weight(count: number, most: number, zero: CaiZero): number {
  if (zero === 'plus1') return (count + 1) / (most + 1);
  if (count > 0) return count / most;
  return zero === 'half' ? 0.5 / most : 0.01;
}

/** The codons of highest count in each family, ties included; none for a family that the reference lacks. */
function referenceOptimal(code: GeneticCode, counts: ArrayLike<number>): number[] {
  return families(code).groups.flatMap((family) => {
    const most = Math.max(...family.map((codon) => counts[codon]!));
    return most === 0 ? [] : family.filter((codon) => counts[codon] === most);
  });
}
