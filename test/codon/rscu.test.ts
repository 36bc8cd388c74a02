import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familiesAndStops } from '../../src/codon/families.js';
import { codonNames, codonNumber, geneticCode, geneticCodeIds } from '../../src/codon/genetic-code.js';
import { rscu } from '../../src/codon/rscu.js';
import { codingSequences, countCodons, countsOf } from './coding-sequences.js';

const pooled = (file: Parameters<typeof codingSequences>[0]) =>
  countCodons(...codingSequences(file).map((record) => record.sequence));

describe('RSCU', () => {
  it('of CTG in all yeast coding sequences is 0.676908', () => {
    const counts = pooled('yeast_cds.fa.gz');
    expect(counts.reduce((total, count) => total + count, 0)).toBe(2_920_667);
    expect(rscu(counts, geneticCode(1))[codonNumber('CTG')!]).toBeCloseTo(0.676908, 6);
  });

  it('of the 13 human mitochondrial genes is that which codonW prints', () => {
    // codonw human_mt_cds.fa out blk -rscu -totals -code 1
    const printed = `
      TTT 0.71 TTC 1.29 TTA 0.68 TTG 0.17 CTT 0.61 CTC 1.56 CTA 2.57 CTG 0.42 ATT 0.77 ATC 1.23 ATA 1.61 ATG 0.39
      GTT 0.74 GTC 1.15 GTA 1.68 GTG 0.43 TCT 0.70 TCC 2.17 TCA 1.82 TCG 0.15 CCT 0.75 CCC 2.17 CCA 0.95 CCG 0.13
      ACT 0.59 ACC 1.77 ACA 1.53 ACG 0.11 GCT 0.67 GCC 1.95 GCA 1.25 GCG 0.13 TAT 0.68 TAC 1.32 TAA 1.71 TAG 1.14
      CAT 0.37 CAC 1.63 CAA 1.82 CAG 0.18 AAT 0.39 AAC 1.61 AAA 1.79 AAG 0.21 GAT 0.45 GAC 1.55 GAA 1.45 GAG 0.55
      TGT 0.45 TGC 1.55 TGA 1.79 TGG 0.21 CGT 0.44 CGC 1.65 CGA 1.78 CGG 0.13 AGT 0.31 AGC 0.85 AGA 0.57 AGG 0.57
      GGT 0.45 GGC 1.64 GGA 1.26 GGG 0.64`;
    const values = rscu(pooled('human_mt_cds.fa'), geneticCode(2));
    const expected = [...printed.matchAll(/([ACGT]{3}) (\S+)/g)];
    expect(expected.length).toBe(64);
    for (const [, codon, value] of expected) {
      expect(Math.abs(values[codonNumber(codon!)!]! - Number(value)), codon).toBeLessThanOrEqual(0.005001);
    }
  });

  it('divides by the size of the family, not by the codons seen', () => {
    const values = rscu(countsOf('CTG 3, TTA 1, TAA 2'), geneticCode(1));
    expect(values[codonNumber('CTG')!]).toBe(4.5);
    expect(values[codonNumber('TTA')!]).toBe(1.5);
    expect(values[codonNumber('CTA')!]).toBe(0);
    expect(values[codonNumber('TAA')!]).toBe(3);
    expect(values[codonNumber('ATG')!]).toBeNaN();
  });

  it('takes codons that are stop or sense by context for their amino acid', () => {
    const values = rscu(countsOf('TGA 1, TGG 3'), geneticCode(27));
    expect(values[codonNumber('TGA')!]).toBe(0.5);
    expect(values[codonNumber('TGG')!]).toBe(1.5);
  });

  it('adds up to the size of each family in use, and does not change when counts are multiplied', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.nat(1e9)), { minLength: 64, maxLength: 64 }),
        fc.constantFrom(...geneticCodeIds),
        (counts, id) => {
          const code = geneticCode(id);
          const values = rscu(counts, code);
          for (const family of familiesAndStops(code).groups) {
            const total = family.reduce((sum, codon) => sum + values[codon]!, 0);
            if (family.every((codon) => counts[codon] === 0)) expect(total).toBeNaN();
            else expect(total).toBeCloseTo(family.length, 9);
          }
          const tripled = rscu(
            counts.map((count) => 3 * count),
            code,
          );
          for (const codon of codonNames.keys()) {
            if (Number.isNaN(values[codon])) expect(tripled[codon]).toBeNaN();
            else expect(tripled[codon]).toBeCloseTo(values[codon]!, 12);
          }
        },
      ),
    );
  });
});
