import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloneStatistics } from '../../../src/pcr/sites/clones.js';
import { byCodePoints, numbersInTextOrder } from '../../../src/pcr/sites/text-order.js';

describe('orders', () => {
  test('names are in the order of their bytes', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'Z', '1', '_', 'é', '\uffee', '😀'), maxLength: 4 });
    const property = fc.property(text, text, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(byCodePoints(a, b))).toBe(expected);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test.each([0, 1, 9, 10, 11, 99, 100, 109, 110, 1999, 12_345])(
    'numbers up to %i are in that of their text',
    (count) => {
      const expected = Array.from({ length: count }, (_, i) => String(i + 1)).sort();
      expect([...numbersInTextOrder(count)].map(String)).toEqual(expected);
    },
  );
});

describe('statistics of clones', () => {
  /** As `get_samples_diversity_measures` of the LVIS pipeline computes them, Chao1 by its definition. */
  function slow(reads: number[]) {
    const total = reads.reduce((sum, size) => sum + size, 0);
    const ascending = [...reads].sort((a, b) => a - b);
    const lorenz = [0];
    for (const size of ascending) lorenz.push(lorenz.at(-1)! + size / total);
    const steps = lorenz.slice(1).map((y, i) => (y + lorenz[i]!) / 2 / reads.length);
    const descending = ascending.toReversed();
    const held = descending.map((_, i) => descending.slice(0, i + 1).reduce((sum, size) => sum + size, 0));
    const seen = (times: number) => reads.filter((size) => size === times).length;
    return {
      entropy: -reads.reduce((sum, size) => sum + (size / total) * Math.log2(size / total), 0),
      gini: 1 - 2 * steps.reduce((sum, step) => sum + step, 0),
      uc50: held.findIndex((sum) => 2 * sum > total) + 1,
      chao1: reads.length + (seen(1) * (seen(1) - 1)) / (2 * (seen(2) + 1)),
      rest: descending.slice(20).reduce((sum, size) => sum + size, 0) / total,
    };
  }

  test('are those of their definitions', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5000 })), {
      minLength: 1,
      maxLength: 60,
      size: 'max',
    });
    const property = fc.property(sizes, (reads) => {
      const found = cloneStatistics(Int32Array.from(reads));
      const { uc50, ...others } = slow(reads);
      expect(found.uc50).toBe(uc50);
      for (const [name, value] of Object.entries(others))
        expect(found[name as keyof typeof others], name).toBeCloseTo(value, 9);
      expect(found.top20.reduce((sum, share) => sum + share, found.rest)).toBeCloseTo(1, 9);
    });
    fc.assert(property);
  });

  test('of clones that can be reckoned in the head', () => {
    expect(cloneStatistics(Int32Array.of(4, 4, 4, 4))).toMatchObject({
      entropy: 2,
      gini: 0,
      uc50: 3,
      chao1: 4,
    });
    expect(cloneStatistics(Int32Array.of(9, 1, 1, 1))).toMatchObject({
      clones: 4,
      reads: 12,
      uc50: 1,
      chao1: 7,
    });
  });
});
