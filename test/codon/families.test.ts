import { describe, expect, it } from 'vitest';
import { families, familiesAndStops, subfamilies, synonymousCodons } from '../../src/codon/families.js';
import { codonNames, geneticCode, geneticCodeIds } from '../../src/codon/genetic-code.js';

/** How many groups there are of each size, as `size: groups`. */
function sizes(groups: readonly (readonly number[])[]): Record<number, number> {
  const tally: Record<number, number> = {};
  for (const group of groups) tally[group.length] = (tally[group.length] ?? 0) + 1;
  return tally;
}

describe('families of codons', () => {
  it('have the sizes that Wright (1990) gives for the standard code', () => {
    expect(sizes(families(geneticCode(1)).groups)).toEqual({ 1: 2, 2: 9, 3: 1, 4: 5, 6: 3 });
  });

  it('fall into the subfamilies that Sun, Yang and Xia (2013) count', () => {
    expect(sizes(subfamilies(geneticCode(1)).groups)).toEqual({ 1: 2, 2: 12, 3: 1, 4: 8 });
  });

  it('leave no codon without a synonym in vertebrate mitochondria, but Met and Trp in the standard code', () => {
    const alone = (id: number) =>
      codonNames.filter((_, codon) => families(geneticCode(id)).sizeOf[codon] === 1);
    expect(alone(1)).toEqual(['ATG', 'TGG']);
    expect(alone(2)).toEqual([]);
    const { stops } = geneticCode(2);
    expect(synonymousCodons(geneticCode(2))).toEqual(codonNames.map((_, codon) => !stops.includes(codon)));
  });

  it('have a codon alone in its subfamily though synonymous in the tables known for it', () => {
    const affected = geneticCodeIds.filter((id) => {
      const { sizeOf } = subfamilies(geneticCode(id));
      return synonymousCodons(geneticCode(id)).some((synonymous, codon) => synonymous && sizeOf[codon] === 1);
    });
    expect(affected).toEqual([12, 15, 16, 22, 23, 24, 25, 26, 32, 33]);
  });

  it('hold every sense codon once, with stops as one more family where asked for', () => {
    for (const id of geneticCodeIds) {
      const code = geneticCode(id);
      const sense = [...codonNames.keys()].filter((codon) => !code.stops.includes(codon));
      const sorted = (groups: readonly (readonly number[])[]) => groups.flat().sort((a, b) => a - b);
      expect(sorted(families(code).groups)).toEqual(sense);
      expect(sorted(subfamilies(code).groups)).toEqual(sense);
      expect(sorted(familiesAndStops(code).groups)).toEqual([...codonNames.keys()]);
      const grouped = families(code);
      for (const codon of codonNames.keys()) {
        const group = grouped.groups[grouped.groupOf[codon]!];
        expect(group?.includes(codon) ?? false).toBe(sense.includes(codon));
        expect(grouped.sizeOf[codon]).toBe(group?.length ?? 0);
      }
    }
  });
});
