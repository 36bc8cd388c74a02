/** How a genetic code groups its codons: families of one amino acid, and subfamilies within them. */

import { codonNames, type GeneticCode } from './genetic-code.js';

/** Disjoint groups of codons. Groups, and codons within a group, are in the order of codon numbers. */
export interface CodonGroups {
  /** Codon numbers of each group. */
  readonly groups: readonly (readonly number[])[];
  /** By codon number: index of the codon's group, −1 if it is in none. */
  readonly groupOf: Int8Array;
  /** By codon number: codons in its group, 0 if it is in none. */
  readonly sizeOf: Uint8Array;
}

/** All sense codons of one amino acid; stops are in no family. */
export function families(code: GeneticCode): CodonGroups {
  return group((codon) => (isStop(code, codon) ? undefined : code.aminoAcids[codon]!));
}

/** The codons of a family that share their first two bases: splits Leu, Ser and Arg of table 1 into 4 + 2. */
export function subfamilies(code: GeneticCode): CodonGroups {
  return group((codon) =>
    isStop(code, codon) ? undefined : code.aminoAcids[codon]! + codonNames[codon]!.slice(0, 2),
  );
}

/** Families with the stop codons as one more, as RSCU is counted by. */
export function familiesAndStops(code: GeneticCode): CodonGroups {
  return group((codon) => code.aminoAcids[codon]!);
}

/** By codon number: true for a sense codon whose amino acid has another one. */
export function synonymousCodons(code: GeneticCode): readonly boolean[] {
  return Array.from(families(code).sizeOf, (size) => size >= 2);
}

function isStop(code: GeneticCode, codon: number): boolean {
  return code.aminoAcids[codon] === '*';
}

/** Groups the codons by a key; undefined leaves a codon out. */
function group(key: (codon: number) => string | undefined): CodonGroups {
  const members = new Map<string, number[]>();
  for (const codon of codonNames.keys()) {
    const name = key(codon);
    if (name === undefined) continue;
    const codons = members.get(name);
    if (codons) codons.push(codon);
    else members.set(name, [codon]);
  }
  const groups = [...members.values()];
  const groupOf = new Int8Array(64).fill(-1);
  const sizeOf = new Uint8Array(64);
  for (const [index, codons] of groups.entries()) {
    for (const codon of codons) {
      groupOf[codon] = index;
      sizeOf[codon] = codons.length;
    }
  }
  return { groups, groupOf, sizeOf };
}
