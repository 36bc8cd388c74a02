import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENES_BIN } from '../../src/h5ad/options.js';
import { ageBins, summariseAges } from '../../src/h5ad/report-ages.js';
import { roundWidth } from '../../src/h5ad/report-bins.js';
import { expressedBins } from '../../src/h5ad/report-genes.js';

/** Ages to 0.1 years and their cells, each age once, in any order. */
const agesOf = (most: number) =>
  fc.uniqueArray(
    fc.record({
      age: fc.option(
        fc.nat(most).map((tenths) => tenths / 10),
        { freq: 5 },
      ),
      cells: fc.integer({ min: 1, max: 30 }),
    }),
    { selector: ({ age }) => age },
  );

describe('the width of bins', () => {
  it('is the smallest round one with which they are few enough', () => {
    expect([0, 19, 20, 39, 40, 99, 100, 1_000].map((high) => roundWidth(0, high, 20))).toEqual([
      1, 1, 2, 2, 5, 5, 10, 100,
    ]);
    expect(roundWidth(500, 519, 20)).toBe(1);
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), fc.integer({ min: 1, max: 100 }), (a, b, most) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const bins = (width: number) => Math.floor(high / width) - Math.floor(low / width) + 1;
        const round = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((m) => m * 10 ** power)).flat();
        expect(roundWidth(low, high, most)).toBe(round.find((width) => bins(width) <= most));
      }),
    );
  });

  it('is found for the largest ages that a label can state', () => {
    const bins = ageBins([
      {
        ages: [
          { age: 0.3, cells: 1 },
          { age: 1e300, cells: 2 },
        ],
      },
    ]);
    expect(bins.length).toBeLessThanOrEqual(20);
    expect(bins.map(({ cells }) => cells[0]).filter(Boolean)).toEqual([1, 2]);
    expect(ageBins([{ ages: [{ age: Number.POSITIVE_INFINITY, cells: 1 }] }])).toEqual([]);
  });
});

describe('the bins of ages', () => {
  it('hold every cell with an age once, in the bin that its age is in', () => {
    fc.assert(
      fc.property(fc.tuple(agesOf(1_200), agesOf(40)), (sides) => {
        const bins = ageBins(sides.map((ages) => ({ ages })));
        for (const [i, bin] of bins.entries()) {
          if (i > 0) expect(bin.from).toBe(bins[i - 1]!.to);
          for (const [side, ages] of sides.entries()) {
            const inside = ages.filter(({ age }) => age !== null && age >= bin.from && age < bin.to);
            expect(bin.cells[side]).toBe(inside.reduce((sum, { cells }) => sum + cells, 0));
          }
        }
        for (const [side, ages] of sides.entries()) {
          const known = ages.filter(({ age }) => age !== null).reduce((sum, { cells }) => sum + cells, 0);
          expect(bins.reduce((sum, { cells }) => sum + cells[side]!, 0)).toBe(known);
        }
      }),
    );
  });

  it('are 6 to 20, and none without an age', () => {
    fc.assert(
      fc.property(agesOf(100_000), (ages) => {
        const { length } = ageBins([{ ages }]);
        if (ages.every(({ age }) => age === null)) expect(length).toBe(0);
        else expect(length >= 6 && length <= 20).toBe(true);
      }),
    );
  });
});

describe('the summary of ages', () => {
  it('is that of all cells written out', () => {
    fc.assert(
      fc.property(agesOf(1_200), (ages) => {
        const cells = ages.flatMap(({ age, cells }) => new Array<number | null>(cells).fill(age));
        const known = cells.filter((age) => age !== null).sort((a, b) => a - b);
        const middle = known.length / 2;
        const median =
          known.length % 2 === 1 ? known[Math.floor(middle)]! : (known[middle - 1]! + known[middle]!) / 2;
        expect(summariseAges(ages)).toEqual({
          known: known.length,
          unknown: cells.length - known.length,
          min: known[0] ?? null,
          max: known.at(-1) ?? null,
          median: known.length === 0 ? null : median,
        });
      }),
    );
  });
});

describe('the bins of expressed genes', () => {
  it('are 6 to 60 from 0 up and hold every cell in its place, however many genes there are', () => {
    const count = fc.tuple(fc.nat(100_000), fc.integer({ min: 1, max: 1_000 }));
    const histogram = fc.uniqueArray(count, { selector: ([bin]) => bin });
    fc.assert(
      fc.property(histogram, (counts) => {
        const bins = expressedBins(counts);
        expect(bins.length >= 6 && bins.length <= 60).toBe(true);
        expect(bins[0]!.from).toBe(0);
        for (const [i, { from, to, count }] of bins.entries()) {
          if (i > 0) expect(from).toBe(bins[i - 1]!.to);
          const inside = counts.filter(([bin]) => bin * GENES_BIN >= from && (bin + 1) * GENES_BIN <= to);
          expect(count).toBe(inside.reduce((sum, [, cells]) => sum + cells, 0));
        }
        const all = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0);
        expect(all(bins.map(({ count }) => count))).toBe(all(counts.map(([, cells]) => cells)));
      }),
    );
  });
});
