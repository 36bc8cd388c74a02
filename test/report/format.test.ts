import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteSize, compact, counted, fixed, grouped, percent, shorten } from '../../src/report/format.js';

describe('format', () => {
  it('groups digits as Intl does for US English', () => {
    const reference = new Intl.NumberFormat('en-US');
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 53), max: 2 ** 53 }), (value) => {
        expect(grouped(value)).toBe(reference.format(value));
      }),
    );
  });

  it('writes numbers in three digits with their suffix', () => {
    const written = [0, 7, 950, 999, 1000, 1500, 9996, 99_960, 999_499, 999_500, 2_920_667, 47_100_000].map(
      compact,
    );
    expect(written).toEqual([
      '0',
      '7',
      '950',
      '999',
      '1k',
      '1.5k',
      '10k',
      '100k',
      '999k',
      '1M',
      '2.92M',
      '47.1M',
    ]);
  });

  it('keeps compact numbers within half a unit of their last digit', () => {
    const factors: Record<string, number> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e14 }), (value) => {
        const [, digits, suffix] = /^([\d.]+)(\D?)$/.exec(compact(value))!;
        expect(Math.abs(Number(digits) * factors[suffix!]! - value)).toBeLessThanOrEqual(value * 0.00501);
      }),
    );
  });

  it('writes sizes in decimal units', () => {
    expect([0, 999, 1000, 3_123_456, 999_960, 1.45e9].map(byteSize)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '3.1 MB',
      '1.0 MB',
      '1.4 GB',
    ]);
  });

  it('writes a dash for what is undefined and a true minus sign', () => {
    expect([null, undefined, Number.NaN, -0.25].map((value) => fixed(value, 2))).toEqual([
      '–',
      '–',
      '–',
      '−0.25',
    ]);
    expect([percent(0.39699, 1), percent(null)]).toEqual(['39.7 %', '–']);
  });

  it('shortens by characters, keeping both ends', () => {
    expect(shorten('abcdefghij', 5)).toBe('ab…ij');
    expect(shorten('abcde', 5)).toBe('abcde');
    expect(shorten('😀'.repeat(10), 4)).toBe('😀😀…😀');
  });

  it('counts in singular and plural', () => {
    expect([counted(1, 'codon'), counted(1234, 'codon')]).toEqual(['1 codon', '1,234 codons']);
  });
});
