import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countScale, linearScale, linearTicks, logScale } from '../../src/report/scale.js';

describe('scales', () => {
  it('puts ticks on round values without binary residue', () => {
    expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks(18, 63, 5)).toEqual([20, 30, 40, 50, 60]);
    expect(linearTicks(0, 0.3, 3)).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it('keeps every tick within the domain, evenly spaced and not too many', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(value, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (low, span) => {
        const ticks = linearTicks(low, low + span, 5);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        const step = ticks[1]! - ticks[0]!;
        for (const [i, tick] of ticks.entries()) {
          expect(Math.abs(tick - (ticks[0]! + i * step))).toBeLessThanOrEqual(step * 1e-3);
          expect(tick).toBeGreaterThanOrEqual(low - step * 1e-3);
          expect(tick).toBeLessThanOrEqual(low + span + step * 1e-3);
        }
      }),
    );
  });

  it('maps the ends of the domain to the ends of the range', () => {
    const linear = linearScale([20, 61], [300, 10]);
    expect([linear(20), linear(61), linear(40.5)]).toEqual([300, 10, 155]);
    const log = logScale([10, 1000], [0, 100]);
    expect([log(10), log(100), log(1000)]).toEqual([0, 50, 100]);
    expect(log.ticks).toEqual([10, 20, 50, 100, 200, 500, 1000]);
    expect(logScale([1, 1e6], [0, 1]).ticks).toEqual([1, 10, 100, 1000, 1e4, 1e5, 1e6]);
  });

  it('begins a scale of counts at zero and ends it at or above the greatest, on whole ticks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (most) => {
        const { ticks } = countScale(most, [0, 1]);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
        expect(ticks.every(Number.isInteger)).toBe(true);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });
});
