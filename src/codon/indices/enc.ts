/** Effective number of codons, after Wright. */

import type { FamilyTable } from '../../kernels/index-terms/types.js';
import { families } from '../families.js';
import type { GeneticCode } from '../genetic-code.js';

/**
 * The families for `enc`, the effective number of codons (Wright 1990, Gene 87:23): about 20 when each amino
 * acid uses one codon only, 61 when all are used alike. NaN if any size of family but 3 has no usable one.
 */
export function encFamilies(code: GeneticCode): FamilyTable {
  return familyTable(families(code).groups);
}

/** Groups of codon numbers as the kernel takes them. */
export function familyTable(groups: readonly (readonly number[])[]): FamilyTable {
  const shared = groups.filter((group) => group.length >= 2);
  return {
    single: groups.length - shared.length,
    families: Uint8Array.from(shared.flatMap((group) => [group.length, ...group])),
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
