import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dialectOf,
  gff3Attributes,
  gtfAttributes,
  percentDecode,
} from '../../../src/formats/gff/attributes.js';

describe('the attributes of a feature', () => {
  it.each([
    ['ID=cds-1;Parent=rna-1', 'gff3'],
    [' ID=a b', 'gff3'],
    ['Note="quoted text"', 'gff3'],
    ['gene_id "g=1"; transcript_id "t";', 'gtf'],
    ['transcript_id t1', 'gtf'],
    ['.', undefined],
    ['', undefined],
    ['gene1', undefined],
  ])('tells the dialect of %j as %s', (column, dialect) => {
    expect(dialectOf(column)).toBe(dialect);
  });

  it('keeps blanks and equals signs in GFF3 values and leaves them encoded', () => {
    expect([...gff3Attributes('ID=a;Note=x = y z; Parent=p%2C1,p2;;broken;')]).toEqual([
      ['ID', 'a'],
      ['Note', 'x = y z'],
      ['Parent', 'p%2C1,p2'],
    ]);
  });

  it('reads quoted and bare GTF values, with separators inside the quotes, and the first of a repeated key', () => {
    const column =
      'gene_id "g1"; note "a; transcript_id "; exon_number 2; tag "x"; tag "y"; transcript_id "t 1";';
    expect([...gtfAttributes(column)]).toEqual([
      ['gene_id', 'g1'],
      ['note', 'a; transcript_id '],
      ['exon_number', '2'],
      ['tag', 'x'],
      ['transcript_id', 't 1'],
    ]);
    expect([...gtfAttributes('gene_id ""; transcript_id "t"')]).toEqual([
      ['gene_id', ''],
      ['transcript_id', 't'],
    ]);
  });

  it('gets back every text from its percent-encoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(percentDecode(encodeURIComponent(text))).toBe(text);
      }),
    );
    expect(percentDecode('50% off')).toBe('50% off');
  });
});
