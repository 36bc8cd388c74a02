import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codonNames, geneticCode } from '../../src/codon/genetic-code.js';
import { usageRows } from '../../src/codon/usage.js';
import { countsOf } from './coding-sequences.js';

const code = geneticCode(1);
const all = { code, skipStops: false, minCount: 0 };
const counts = countsOf('CTG 5, TTA 1, ATG 2, TAA 2');

describe('the codon usage table', () => {
  it('lists codons by count, then by name, with frequency and RSCU', () => {
    expect(usageRows(counts, [], { ...all, minCount: 1 })).toEqual([
      { codon: 'CTG', aminoAcid: 'L', count: 5, frequency: 0.5, perThousand: 500, rscu: 5 },
      { codon: 'ATG', aminoAcid: 'M', count: 2, frequency: 0.2, perThousand: 200, rscu: 1 },
      { codon: 'TAA', aminoAcid: '*', count: 2, frequency: 0.2, perThousand: 200, rscu: 3 },
      { codon: 'TTA', aminoAcid: 'L', count: 1, frequency: 0.1, perThousand: 100, rscu: 1 },
    ]);
  });

  it('leaves stops out of rows and denominator where asked', () => {
    const rows = usageRows(counts, [], { ...all, minCount: 1, skipStops: true });
    expect(rows.map((row) => [row.codon, row.frequency])).toEqual([
      ['CTG', 5 / 8],
      ['ATG', 2 / 8],
      ['TTA', 1 / 8],
    ]);
  });

  it('drops rare rows without changing the others', () => {
    const rows = usageRows(counts, [], { ...all, minCount: 2 });
    expect(rows).toEqual(usageRows(counts, [], all).slice(0, 3));
  });

  it('lists unseen codons for a least count of 0, with RSCU null where the family is unseen', () => {
    const rows = usageRows(counts, [], all);
    expect(rows.length).toBe(64);
    expect(rows.find((row) => row.codon === 'CTA')).toMatchObject({ count: 0, frequency: 0, rscu: 0 });
    expect(rows.find((row) => row.codon === 'TGG')).toMatchObject({ count: 0, frequency: 0, rscu: null });
  });

  it('counts ambiguous codons that are listed', () => {
    const rows = usageRows(counts, [['NNN', 30]], { ...all, minCount: 1 });
    expect(rows[0]).toEqual({
      codon: 'NNN',
      aminoAcid: 'X',
      count: 30,
      frequency: 0.75,
      perThousand: 750,
      rscu: null,
    });
    expect(rows[1]).toMatchObject({ codon: 'CTG', frequency: 5 / 40, rscu: 5 });
  });

  it('has no frequencies where nothing was counted', () => {
    const rows = usageRows(Array(64).fill(0), [], all);
    expect(rows.map((row) => row.codon)).toEqual([...codonNames].sort());
    expect(rows.every((row) => row.frequency === null && row.perThousand === null && row.rscu === null)).toBe(
      true,
    );
    expect(usageRows(countsOf('TAA 4'), [], { ...all, skipStops: true })[0]).toMatchObject({
      frequency: null,
    });
    expect(usageRows(Array(64).fill(0), [], { ...all, minCount: 1 })).toEqual([]);
  });

  it('is sorted, adds up to 1, and is a part of the whole for any least count', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 64, maxLength: 64 }),
        fc.boolean(),
        fc.nat(10),
        (some, skipStops, minCount) => {
          const rows = usageRows(some, [['NAA', 3]], { code, skipStops, minCount: 0 });
          expect(rows.reduce((sum, row) => sum + row.frequency!, 0)).toBeCloseTo(1, 12);
          const keys = rows.map((row) => `${String(1000 - row.count).padStart(4, '0')} ${row.codon}`);
          expect(keys).toEqual([...keys].sort());
          const part = usageRows(some, [['NAA', 3]], { code, skipStops, minCount });
          expect(part).toEqual(rows.filter((row) => row.count >= minCount));
        },
      ),
    );
  });
});
