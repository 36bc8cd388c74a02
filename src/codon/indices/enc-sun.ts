/** Effective number of codons, after Sun, Yang and Xia. */

import type { FamilyTable } from '../../kernels/index-terms/types.js';
import { subfamilies } from '../families.js';
import type { GeneticCode } from '../genetic-code.js';
import { familyTable } from './enc.js';

/**
 * The subfamilies for `enc_sun`, the effective number of codons (Sun, Yang & Xia 2013, Mol Biol Evol 30:191):
 * by subfamily instead of family, with one pseudo-count a codon, each subfamily weighted by its use. Never
 * above the number of sense codons; a size of subfamily that is not used counts in full. NaN for a record
 * without synonymous codons.
 */
export function encSunFamilies(code: GeneticCode): FamilyTable {
  return familyTable(subfamilies(code).groups);
}
