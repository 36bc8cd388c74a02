/** The rows of the codon usage table. */

import { codonNames, type GeneticCode } from './genetic-code.js';
import { rscu } from './rscu.js';

/** What the table lists. */
export interface UsageOptions {
  readonly code: GeneticCode;
  /** Leave stop codons out of the table and of the frequencies' denominator. */
  readonly skipStops: boolean;
  /** Drop rows with a lower count. Frequencies and RSCU are those of the whole table. */
  readonly minCount: number;
}

/** One row of the table. */
export interface UsageRow {
  readonly codon: string;
  /** One letter, `*` for a stop, `X` for an ambiguous codon. */
  readonly aminoAcid: string;
  /** Exact, below 2^53. */
  readonly count: number;
  /** Share of all counted codons of the table, 0 to 1; null if there are none. */
  readonly frequency: number | null;
  /** A thousand times the frequency. */
  readonly perThousand: number | null;
  /** See {@link rscu}; null for a family without any count and for ambiguous codons. */
  readonly rscu: number | null;
}

/**
 * The codon usage table, by descending count, then by codon.
 *
 * @param counts 64 counts by codon number
 * @param ambiguousCodons ambiguous codons to list as well, with their counts; they then are counted codons
 *   of the table and share the frequencies' denominator
 */
export function usageRows(
  counts: ArrayLike<number>,
  ambiguousCodons: readonly (readonly [codon: string, count: number])[],
  options: UsageOptions,
): UsageRow[] {
  const { code, skipStops, minCount } = options;
  const relative = rscu(counts, code);
  const listed = [...codonNames.keys()].filter((codon) => !(skipStops && code.aminoAcids[codon] === '*'));
  const all = [
    ...listed.map((codon) => ({
      codon: codonNames[codon]!,
      aminoAcid: code.aminoAcids[codon]!,
      count: counts[codon]!,
      rscu: Number.isNaN(relative[codon]!) ? null : relative[codon]!,
    })),
    ...ambiguousCodons.map(([codon, count]) => ({ codon, aminoAcid: 'X', count, rscu: null })),
  ];
  const total = all.reduce((sum, row) => sum + row.count, 0);
  return all
    .filter((row) => row.count >= minCount)
    .map(({ codon, aminoAcid, count, rscu }) => ({
      codon,
      aminoAcid,
      count,
      frequency: total === 0 ? null : count / total,
      perThousand: total === 0 ? null : (1000 * count) / total,
      rscu,
    }))
    .sort((a, b) => b.count - a.count || (a.codon < b.codon ? -1 : 1));
}
