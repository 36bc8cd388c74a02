/** Reading a list of optimal codons. */

import { gtkError } from '../errors.js';
import { synonymousCodons } from './families.js';
import { codonNames, codonNumber, type GeneticCode } from './genetic-code.js';

/**
 * Reads a list of optimal codons: one codon a line, in either case, U as T; blank lines and everything after
 * `#` are left out, a repeated codon counts once.
 *
 * @param path names the file in errors
 * @returns codon numbers, ascending
 * @throws GTK_OPTIMAL_CODONS for a line that is no codon, or a codon without synonyms in the genetic code, and
 *   for a file without any codon
 */
export function parseOptimalCodons(text: string, path: string, code: GeneticCode): number[] {
  const synonymous = synonymousCodons(code);
  const codons = new Set<number>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const word = line.replace(/#.*/, '').trim();
    if (word === '') continue;
    const place = `line ${index + 1}`;
    const codon = codonNumber(word);
    if (codon === undefined) {
      const found = JSON.stringify(word.length > 20 ? `${word.slice(0, 20)}…` : word);
      throw gtkError('GTK_OPTIMAL_CODONS', { path, place, found, expected: 'a codon of A, C, G and T' });
    }
    if (!synonymous[codon]) {
      const letter = code.aminoAcids[codon];
      const found = `${codonNames[codon]}, ${letter === '*' ? 'a stop' : `the only codon of ${letter}`}`;
      const expected = `a codon with synonyms in genetic code ${code.id}`;
      throw gtkError('GTK_OPTIMAL_CODONS', { path, place, found, expected });
    }
    codons.add(codon);
  }
  if (codons.size === 0) {
    throw gtkError('GTK_OPTIMAL_CODONS', {
      path,
      place: 'the file',
      found: 'no codon',
      expected: 'at least one',
    });
  }
  return [...codons].sort((a, b) => a - b);
}
