import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DENSITY_CLASSES, densityCells, densityThresholds, type GridCell } from '../../src/report/density.js';
import { histogram } from '../../src/report/histogram.js';
import { linearScale } from '../../src/report/scale.js';

const COLUMNS = 12;
const ROWS = 9;

/** Reads the paths back: which cells each class covers. */
function cellsOf(svg: string): Map<string, number> {
  const cells = new Map<string, number>();
  for (const [, level, data] of svg.matchAll(/<path class="s(\d)" d="([^"]*)"/g)) {
    for (const [, column, row, width, back] of data!.matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)) {
      expect(back).toBe(width);
      for (let i = 0; i < Number(width); i += 1) {
        const key = `${Number(column) + i},${row}`;
        expect(cells.has(key)).toBe(false);
        cells.set(key, Number(level));
      }
    }
  }
  return cells;
}

describe('density', () => {
  it('draws every cell once, in the class of its count', () => {
    const cell = fc.record({
      column: fc.nat(COLUMNS - 1),
      row: fc.nat(ROWS - 1),
      count: fc.oneof(fc.nat(5), fc.nat(1e6)),
    });
    const grid = fc.uniqueArray(cell, { selector: ({ column, row }) => `${column},${row}` });
    fc.assert(
      fc.property(grid, (cells: GridCell[]) => {
        const x = linearScale([0, 1], [50, 450]);
        const y = linearScale([20, 61], [300, 10]);
        const svg = densityCells({ columns: COLUMNS, rows: ROWS, x: [0, 1], y: [20, 61], cells }, x, y).text;
        const filled = cells.filter(({ count }) => count > 0);
        const thresholds = densityThresholds(Math.max(0, ...filled.map(({ count }) => count)));
        const expected = filled.map(({ column, row, count }): [string, number] => [
          `${column},${row}`,
          thresholds.filter((threshold) => threshold <= count).length - 1,
        ]);
        expect(cellsOf(svg)).toEqual(new Map(expected));
      }),
    );
  });

  it('spaces the classes by one whole factor and uses the last only where it is needed', () => {
    expect(densityThresholds(1)).toEqual([1]);
    expect(densityThresholds(40)).toEqual([1, 2, 4, 8, 16, 32]);
    expect(densityThresholds(64)).toEqual([1, 3, 9, 27]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), (most) => {
        const thresholds = densityThresholds(most);
        expect(thresholds.length).toBeLessThanOrEqual(DENSITY_CLASSES);
        expect(thresholds.at(-1)).toBeLessThanOrEqual(most);
      }),
    );
  });
});

describe('histogram', () => {
  it('draws bars in proportion to the counts and says each count in words', () => {
    const svg = histogram(
      [
        { from: 0, to: 1, count: 10 },
        { from: 1, to: 2, count: 0 },
        { from: 2, to: 4, count: 40 },
      ],
      {
        labels: { id: 'h', title: 'Title & more', description: 'What it shows.' },
        scale: (range) => linearScale([0, 4], range),
        valueLabel: 'value',
        countLabel: 'count',
        format: String,
        describe: (bin) => `${bin.from} to ${bin.to}`,
      },
    ).text;
    const bars = [
      ...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="([\d.]+)"><title>([^<]+)</g),
    ];
    expect(bars.map((bar) => bar[4])).toEqual(['0 to 1: 10', '2 to 4: 40']);
    const [first, second] = bars.map((bar) => bar.slice(1, 4).map(Number)) as [number[], number[]];
    expect(second[2]! / first[2]!).toBeCloseTo(4, 6);
    expect((second[1]! + 1) / (first[1]! + 1)).toBeCloseTo(2, 2);
    expect(svg).toContain('<title id="h-t">Title &amp; more</title><desc id="h-d">What it shows.</desc>');
  });
});
