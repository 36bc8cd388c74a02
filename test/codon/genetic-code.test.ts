import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { codonNames, codonNumber, geneticCode, geneticCodeIds } from '../../src/codon/genetic-code.js';
import { GtkError } from '../../src/errors.js';

/** What differs from table 1 by NCBI's page on genetic codes, written as there: codon, then amino acid. */
const differences: Record<number, string> = {
  1: '',
  2: 'AGA * AGG * ATA M TGA W',
  3: 'ATA M CTT T CTC T CTA T CTG T TGA W',
  4: 'TGA W',
  5: 'AGA S AGG S ATA M TGA W',
  6: 'TAA Q TAG Q',
  9: 'AAA N AGA S AGG S TGA W',
  10: 'TGA C',
  11: '',
  12: 'CTG S',
  13: 'AGA G AGG G ATA M TGA W',
  14: 'AAA N AGA S AGG S TAA Y TGA W',
  15: 'TAG Q',
  16: 'TAG L',
  21: 'TGA W ATA M AGA S AGG S AAA N',
  22: 'TCA * TAG L',
  23: 'TTA *',
  24: 'AGA S AGG K TGA W',
  25: 'TGA G',
  26: 'CTG A',
  27: 'TAG Q TAA Q TGA W',
  28: 'TAA Q TAG Q TGA W',
  29: 'TAA Y TAG Y',
  30: 'TAA E TAG E',
  31: 'TGA W TAG E TAA E',
  32: 'TAG W',
  33: 'TAA Y TGA W AGA S AGG K',
};

/** Every table of Biopython, its letters in our order; undefined where Biopython is not installed. */
function biopythonTables(): Record<string, string> | undefined {
  const script = `
import json
from Bio.Data import CodonTable
codons = [a + b + c for a in 'ACGT' for b in 'ACGT' for c in 'ACGT']
print(json.dumps({i: ''.join(t.forward_table.get(c, '*') for c in codons)
                  for i, t in CodonTable.unambiguous_dna_by_id.items()}))`;
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      return JSON.parse(
        execFileSync(python, ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] }).toString(),
      );
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

const biopython = biopythonTables();

describe('the genetic codes', () => {
  it('number codons from AAA to TTT with A, C, G, T as 0 to 3', () => {
    expect(codonNames.length).toBe(64);
    expect(codonNames).toEqual([...codonNames].sort());
    expect(new Set(codonNames).size).toBe(64);
    expect(['AAA', 'AAC', 'CTG', 'TTT'].map(codonNumber)).toEqual([0, 1, 16 + 12 + 2, 63]);
  });

  it('read codons in either case, U as T, and nothing else', () => {
    expect(codonNumber('cug')).toBe(codonNumber('CTG'));
    for (const word of ['', 'AC', 'ACGT', 'ANG', 'A-G']) expect(codonNumber(word)).toBeUndefined();
  });

  it('are all of NCBI: 1 to 6, 9 to 16, 21 to 33', () => {
    expect(geneticCodeIds).toEqual(Object.keys(differences).map(Number));
  });

  it('differ from the standard code in the codons that NCBI lists', () => {
    const standard = geneticCode(1).aminoAcids;
    expect(standard).toBe('KNKNTTTTRSRSIIMIQHQHPPPPRRRRLLLLEDEDAAAAGGGGVVVV*Y*YSSSS*CWCLFLF');
    for (const id of geneticCodeIds) {
      const letters = [...standard];
      for (const [, codon, letter] of differences[id]!.matchAll(/(\w{3}) (\S)/g)) {
        letters[codonNumber(codon!)!] = letter!;
      }
      expect(geneticCode(id).aminoAcids, `table ${id}`).toBe(letters.join(''));
    }
  });

  it.skipIf(biopython === undefined)('agree with Biopython, every table that it knows', () => {
    const known = geneticCodeIds.filter((id) => biopython![id] !== undefined);
    expect(known.length).toBeGreaterThanOrEqual(26);
    for (const id of known) expect(geneticCode(id).aminoAcids, `table ${id}`).toBe(biopython![id]);
  });

  it('count codons that are stop or sense by context as sense', () => {
    for (const id of [27, 28, 31]) expect(geneticCode(id).stops).toEqual([]);
    expect(geneticCode(1).stops.map((codon) => codonNames[codon])).toEqual(['TAA', 'TAG', 'TGA']);
    expect(geneticCode(2).stops.map((codon) => codonNames[codon])).toEqual(['AGA', 'AGG', 'TAA', 'TAG']);
    expect(geneticCode(22).stops.map((codon) => codonNames[codon])).toEqual(['TAA', 'TCA', 'TGA']);
  });

  it('have all twenty amino acids and a name', () => {
    for (const id of geneticCodeIds) {
      const { aminoAcids, name } = geneticCode(id);
      expect(new Set(aminoAcids.replaceAll('*', '')).size).toBe(20);
      expect(name).not.toBe('');
    }
  });

  it('refuse a number that NCBI does not use', () => {
    for (const id of [0, 7, 8, 17, 34, 1.5, Number.NaN]) {
      expect(() => geneticCode(id)).toThrow(GtkError);
      expect(() => geneticCode(id)).toThrow(`no genetic code ${id}`);
    }
  });
});
