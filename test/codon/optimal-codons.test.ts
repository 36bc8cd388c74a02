import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codonNames, geneticCode } from '../../src/codon/genetic-code.js';
import { parseOptimalCodons } from '../../src/codon/optimal-codons.js';
import { GtkError } from '../../src/errors.js';

const code = geneticCode(1);
const read = (text: string, id = 1) =>
  parseOptimalCodons(text, 'best.txt', geneticCode(id)).map((codon) => codonNames[codon]);

function refusal(text: string, id = 1): string {
  try {
    read(text, id);
  } catch (error) {
    expect(error).toBeInstanceOf(GtkError);
    expect((error as GtkError).code).toBe('GTK_OPTIMAL_CODONS');
    return (error as GtkError).message;
  }
  throw new Error('nothing was thrown');
}

describe('a list of optimal codons', () => {
  it('has one codon a line, with comments, blank lines, either case and U for T', () => {
    expect(read('# best of E. coli\nCTG\n\n  aaa\t\r\nuuc # Phe\nCTG\n')).toEqual(['AAA', 'CTG', 'TTC']);
    expect(read('\uFEFFCTG')).toEqual(['CTG']);
  });

  it('is refused with the line that is no codon', () => {
    expect(refusal('CTG\nCTGA\n')).toContain('best.txt is no list of optimal codons: line 2 has "CTGA"');
    expect(refusal('CTG\n\nCTN')).toContain('line 3 has "CTN"');
    expect(refusal('CTG AAA')).toContain('line 1 has "CTG AAA"');
  });

  it('is refused with the codon that has no synonym in the genetic code', () => {
    expect(refusal('ATG')).toContain('line 1 has ATG, the only codon of M, expected a codon with synonyms');
    expect(refusal('TGA')).toContain('TGA, a stop');
    expect(read('ATG\nTGA', 2)).toEqual(['ATG', 'TGA']);
  });

  it('is refused when empty', () => {
    expect(refusal('# nothing\n')).toContain('the file has no codon, expected at least one');
  });

  it('is read or refused, whatever the text', () => {
    let accepted = 0;
    const word = fc.oneof(fc.constantFrom(...codonNames, '', '#', ' ctg '), fc.string());
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), (words, lineEnd) => {
        try {
          const codons = parseOptimalCodons(words.join(lineEnd), 'best.txt', code);
          accepted++;
          expect(codons.length).toBeGreaterThan(0);
          expect(codons).toEqual([...new Set(codons)].sort((a, b) => a - b));
        } catch (error) {
          expect(error).toBeInstanceOf(GtkError);
        }
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});
