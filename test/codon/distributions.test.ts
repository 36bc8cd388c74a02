import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GC_BINS, LENGTH_EDGES, NC_GRID, RecordDistributions } from '../../src/codon/distributions.js';

const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
const record = fc.tuple(
  fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 2e10 })),
  share,
  share,
  fc.option(fc.double({ min: 20, max: 61, noNaN: true })),
);

function summaryOf(records: readonly (readonly [number, number | null, number | null, number | null])[]) {
  const summary = new RecordDistributions();
  for (const values of records) summary.add(...values);
  return summary;
}

describe('record distributions', () => {
  it('are the same however the records are cut and in whatever order the parts are merged', () => {
    fc.assert(
      fc.property(fc.array(record), fc.nat(), fc.boolean(), (records, cut, swap) => {
        const at = cut % (records.length + 1);
        const parts = [records.slice(0, at), records.slice(at)].map(summaryOf);
        if (swap) parts.reverse();
        const merged = new RecordDistributions();
        for (const part of parts) {
          merged.merge(RecordDistributions.fromJSON(JSON.parse(JSON.stringify(part))));
        }
        expect(JSON.stringify(merged)).toBe(JSON.stringify(summaryOf(records)));
      }),
    );
  });

  it('count every record once, where a search through all bins finds it', () => {
    fc.assert(
      fc.property(record, ([length, gc, gc3s, enc]) => {
        const json = summaryOf([[length, gc, gc3s, enc]]).toJSON();
        const slow = LENGTH_EDGES.filter((edge) => edge <= length).length - 1;
        expect(json.lengths).toEqual(length === 0 ? [] : [[slow, 1]]);
        expect(json.empty).toBe(length === 0 ? 1 : 0);
        expect(json.gc.map(([, count]) => count)).toEqual(gc === null ? [] : [1]);
        expect(json.nc.map(([, count]) => count)).toEqual(gc3s === null || enc === null ? [] : [1]);
        expect([json.shortest, json.longest]).toEqual([length, length]);
      }),
    );
  });

  it('put borders into the bin above and the upper ends into the last bin', () => {
    const json = summaryOf([
      [999, 0.02, 0, 20],
      [1000, 1, 1, 61],
      [10, 0, 0.5, 40.5],
    ]).toJSON();
    const at1000 = LENGTH_EDGES.indexOf(1000);
    expect(json.lengths).toEqual([
      [LENGTH_EDGES.indexOf(10), 1],
      [at1000 - 1, 1],
      [at1000, 1],
    ]);
    expect(json.gc).toEqual([
      [0, 1],
      [1, 1],
      [GC_BINS - 1, 1],
    ]);
    expect(json.nc).toEqual([
      [0, 1],
      [41 * NC_GRID.columns + 50, 1],
      [NC_GRID.rows * NC_GRID.columns - 1, 1],
    ]);
  });

  it('have length bins that rise by whole bases and hold every power of ten', () => {
    expect(LENGTH_EDGES.every(Number.isInteger)).toBe(true);
    expect(LENGTH_EDGES.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (let i = 1; i < LENGTH_EDGES.length; i += 1) {
      expect(LENGTH_EDGES[i]).toBeGreaterThan(LENGTH_EDGES[i - 1]!);
    }
    const powers = Array.from({ length: 11 }, (_, i) => 10 ** i);
    expect(powers.filter((power) => !LENGTH_EDGES.includes(power))).toEqual([]);
    // Round up 10^(3 + 1/16) = 1154.78…, a figure of any table of logarithms.
    expect(LENGTH_EDGES[LENGTH_EDGES.indexOf(1000) + 1]).toBe(1155);
  });
});
