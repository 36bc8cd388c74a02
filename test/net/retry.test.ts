import { describe, expect, it } from 'vitest';
import { pause, pauseAfter } from '../../src/net/retry.js';

const policy = { tries: 9, baseMs: 100, capMs: 1000 };

describe('the pause before another try', () => {
  it('doubles up to the longest, and up to half of it is left to chance', () => {
    const pauses = (random: number) =>
      [1, 2, 3, 4, 5, 6].map((n) => pauseAfter(n, policy, undefined, () => random));
    expect(pauses(1)).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect(pauses(0)).toEqual([50, 100, 200, 400, 500, 500]);
    const steeper = { ...policy, factor: 3 };
    expect([1, 2, 3, 4].map((n) => pauseAfter(n, steeper, undefined, () => 1))).toEqual([
      100, 300, 900, 1000,
    ]);
    const some = Array.from({ length: 100 }, () => pauseAfter(3, policy));
    expect(Math.min(...some)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...some)).toBeLessThanOrEqual(400);
    expect(new Set(some).size).toBeGreaterThan(50);
  });

  it('is what the server asks for, in seconds or as a date, but no longer than five minutes', () => {
    expect(pauseAfter(1, policy, '0')).toBe(0);
    expect(pauseAfter(1, policy, '7')).toBe(7000);
    expect(pauseAfter(1, policy, '86400')).toBe(300_000);
    expect(pauseAfter(1, policy, 'Thu, 01 Jan 1970 00:00:00 GMT')).toBe(0);
    const soon = pauseAfter(1, policy, new Date(Date.now() + 60_000).toUTCString());
    expect(soon).toBeGreaterThan(50_000);
    expect(soon).toBeLessThanOrEqual(60_000);
    expect(pauseAfter(1, policy, 'soon', () => 1)).toBe(100);
  });

  it('is ended by the signal, with its reason', async () => {
    const interrupt = new AbortController();
    const waiting = pause(3_600_000, interrupt.signal);
    interrupt.abort('SIGINT');
    await expect(waiting).rejects.toBe('SIGINT');
    await expect(pause(3_600_000, interrupt.signal)).rejects.toBe('SIGINT');
  });
});
