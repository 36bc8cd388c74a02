import fc from 'fast-check';
import { expect, test } from 'vitest';
import { threadShares } from '../../src/rna/orchestrate/shares.js';

const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `species${String(i).padStart(3, '0')}`);
const shares = (total: number, count: number) => [...threadShares(total, names(count)).values()];

test('Shares are equal, with one more for the first where they do not divide', () => {
  expect(shares(24, 20)).toEqual([...Array(4).fill(2), ...Array(16).fill(1)]);
  expect(shares(24, 2)).toEqual([12, 12]);
  expect(shares(8, 24)).toEqual(Array(24).fill(1));
  expect(shares(30, 25)).toEqual([...Array(5).fill(2), ...Array(20).fill(1)]);
  expect(shares(5, 0)).toEqual([]);
});

test('Shares add up to the total wherever each species can have one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), (total, count) => {
      const found = shares(total, count);
      expect(found.reduce((sum, share) => sum + share, 0)).toBe(Math.max(total, count));
      expect(Math.max(...found) - Math.min(...found)).toBeLessThanOrEqual(1);
    }),
  );
});
