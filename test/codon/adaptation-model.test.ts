import { describe, expect, it } from 'vitest';
import { adaptationModel } from '../../src/codon/adaptation-model.js';
import { families } from '../../src/codon/families.js';
import { codonNames, codonNumber, geneticCode } from '../../src/codon/genetic-code.js';
import {
  type CaiSetName,
  caiSets,
  caiSetWeights,
  type FopSetName,
  fopSetCodons,
  fopSets,
} from '../../src/codon/reference-sets.js';
import { countsOf } from './coding-sequences.js';

const code = geneticCode(1);
const reference = countsOf('CTG 8, CTA 4, TTA 2, AAA 3, AAG 3, ATT 1');
const number = (codon: string) => codonNumber(codon)!;
const names = (codons: readonly number[]) => codons.map((codon) => codonNames[codon]);

describe('weights from a reference', () => {
  const weightsBy = (zero: 'half' | '0.01' | 'plus1', family: 'aa' | 'subfamily' = 'aa') => {
    const { weights } = adaptationModel(code, { counts: reference, zero, family }, { set: 'ecoli' });
    return (codon: string) => weights[number(codon)];
  };

  it('are relative to the most used codon of the amino acid', () => {
    const weight = weightsBy('half');
    expect(['CTG', 'CTA', 'TTA', 'AAA', 'AAG'].map(weight)).toEqual([1, 0.5, 0.25, 1, 1]);
  });

  it('give codons that the reference lacks what the rule says', () => {
    expect(weightsBy('half')('CTC')).toBe(0.5 / 8);
    expect(weightsBy('0.01')('CTC')).toBe(0.01);
    expect(weightsBy('plus1')('CTC')).toBe(1 / 9);
    expect(weightsBy('plus1')('CTA')).toBe(5 / 9);
    expect(weightsBy('half')('ATC')).toBe(0.5);
  });

  it('are 1 in a family that the reference lacks altogether, by every rule', () => {
    for (const zero of ['half', '0.01', 'plus1'] as const) {
      expect(['GCA', 'GCC', 'GCG', 'GCT'].map(weightsBy(zero))).toEqual([1, 1, 1, 1]);
    }
  });

  it('are relative to the subfamily where asked', () => {
    const weight = weightsBy('half', 'subfamily');
    expect(['CTG', 'TTA', 'TTG'].map(weight)).toEqual([1, 1, 0.25]);
  });

  it('leave out stops and codons without synonyms', () => {
    for (const codon of ['ATG', 'TGG', 'TAA', 'TAG', 'TGA']) expect(weightsBy('half')(codon)).toBeNaN();
    const { weights } = adaptationModel(geneticCode(2), { set: 'ecoli' }, { set: 'ecoli' });
    expect(['ATG', 'TGG', 'TGA'].map((codon) => weights[number(codon)])).toEqual([1, 1, 0.01]);
    expect(weights[number('AGA')]).toBeNaN();
  });
});

describe('optimal codons', () => {
  it('are the most used of each family in the reference, ties included, none for a family that it lacks', () => {
    const { optimal } = adaptationModel(code, { set: 'ecoli' }, { counts: reference });
    expect(names(optimal)).toEqual(['AAA', 'AAG', 'ATT', 'CTG']);
  });

  it('are those named, but for codons without synonyms, in codon order and once', () => {
    const codons = ['TTC', 'ATG', 'TAA', 'AAA', 'TTC'].map(number);
    expect(names(adaptationModel(code, { set: 'ecoli' }, { codons }).optimal)).toEqual(['AAA', 'TTC']);
  });
});

describe('the published sets', () => {
  it('give every amino acid of the standard code a codon of weight 1', () => {
    for (const set of Object.keys(caiSets) as CaiSetName[]) {
      const weights = caiSetWeights(set);
      expect(weights.length).toBe(64);
      for (const family of families(code).groups) {
        expect(Math.max(...family.map((codon) => weights[codon]!)), `${set} ${names(family)}`).toBe(1);
        expect(Math.min(...family.map((codon) => weights[codon]!))).toBeGreaterThan(0);
      }
    }
  });

  it('name synonymous codons only, each once', () => {
    const sizes = Object.fromEntries(
      (Object.keys(fopSets) as FopSetName[]).map((set) => {
        const codons = fopSetCodons(set);
        const { optimal } = adaptationModel(code, { set: 'ecoli' }, { set });
        expect(optimal).toEqual([...codons].sort((a, b) => a - b));
        return [set, codons.length];
      }),
    );
    expect(sizes).toEqual({
      ecoli: 24,
      bsub: 19,
      ddis: 15,
      anid: 19,
      scer: 22,
      dmel: 20,
      cele: 20,
      ncra: 22,
    });
  });
});
