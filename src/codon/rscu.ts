/** Relative synonymous codon usage. */

import { familiesAndStops } from './families.js';
import type { GeneticCode } from './genetic-code.js';

/**
 * Relative synonymous codon usage (Sharp & Li 1987, Nucleic Acids Res 15:1281, eq. 1): the count of a codon
 * × the size of its family ÷ the family's total. The family is that of the genetic code, whether or not
 * each member was seen; stops are a family of their own. No pseudo-count.
 *
 * @param counts 64 counts by codon number
 * @returns 64 values by codon number; NaN where the family has no count at all
 */
export function rscu(counts: ArrayLike<number>, code: GeneticCode): Float64Array {
  const values = new Float64Array(64);
  for (const family of familiesAndStops(code).groups) {
    const total = family.reduce((sum, codon) => sum + counts[codon]!, 0);
    for (const codon of family) values[codon] = (family.length * counts[codon]!) / total;
  }
  return values;
}
