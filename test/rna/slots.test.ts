import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Release, Slots } from '../../src/rna/slots.js';

const { signal } = new AbortController();

describe('Slots', () => {
  test('are given in the order in which they were asked for', async () => {
    const slots = new Slots(2);
    const order: string[] = [];
    const take = (name: string, count: number) =>
      slots.take(count, signal).then((release) => {
        order.push(name);
        return release;
      });
    const first = await take('first', 2);
    const [second, third, fourth] = [take('second', 1), take('third', 2), take('fourth', 1)];
    first();
    const releaseSecond = await second;
    expect(order).toEqual(['first', 'second']);
    // The third wants both; the fourth, which would fit, does not overtake it.
    releaseSecond();
    (await third)();
    (await fourth)();
    expect(order).toEqual(['first', 'second', 'third', 'fourth']);
    expect(slots.used).toBe(0);
  });

  test('an owner at its share lets others pass, and new shares act at once', async () => {
    const slots = new Slots(4);
    slots.setShares(
      new Map([
        ['a', 1],
        ['b', 3],
      ]),
    );
    const started: string[] = [];
    const take = (owner: string) =>
      slots.take(1, signal, owner).then((release) => {
        started.push(owner);
        return release;
      });
    const taken = ['a', 'a', 'a', 'b', 'b'].map(take);
    await Promise.all([taken[0], taken[3], taken[4]]);
    expect(started).toEqual(['a', 'b', 'b']);
    slots.setShares(new Map([['a', 2]]));
    await taken[1];
    expect(started).toEqual(['a', 'b', 'b', 'a']);
    expect(slots.usedBy('a')).toBe(2);
  });

  test('more than there are count as all of them', async () => {
    const slots = new Slots(2);
    const release = await slots.take(10, signal);
    expect(slots.used).toBe(2);
    release();
    release();
    expect(slots.used).toBe(0);
  });

  test('an abort ends the wait of those who wait, and takes nothing', async () => {
    const slots = new Slots(1);
    const release = await slots.take(1, signal);
    const abort = new AbortController();
    const waiting = slots.take(1, abort.signal);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(slots.take(1, abort.signal)).rejects.toThrow('enough');
    release();
    expect([slots.used, slots.waiting]).toEqual([0, 0]);
  });

  test('never exceed total or share, and none waits while all is free', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('take' as const),
        owner: fc.constantFrom('a', 'b', 'c'),
        count: fc.integer({ min: 1, max: 3 }),
      }),
      fc.record({ kind: fc.constant('give' as const), index: fc.nat(20) }),
      fc.record({
        kind: fc.constant('shares' as const),
        a: fc.integer({ min: 1, max: 5 }),
        b: fc.integer({ min: 1, max: 5 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(step, { maxLength: 40 }),
        async (total, steps) => {
          const slots = new Slots(total);
          const held: { release: Release; count: number }[] = [];
          let used = 0;
          for (const step of steps) {
            if (step.kind === 'take') {
              const count = Math.min(step.count, total);
              void slots.take(step.count, signal, step.owner).then((release) => {
                held.push({ release, count });
                used += count;
              });
            } else if (step.kind === 'give') {
              const [gone] = held.splice(step.index % Math.max(1, held.length), 1);
              if (gone) {
                used -= gone.count;
                gone.release();
              }
            } else
              slots.setShares(
                new Map([
                  ['a', step.a],
                  ['b', step.b],
                ]),
              );
            await new Promise((resolve) => setImmediate(resolve));
            expect(slots.used).toBe(used);
            expect(slots.used).toBeLessThanOrEqual(total);
            if (slots.used === 0) expect(slots.waiting).toBe(0);
          }
        },
      ),
    );
  });
});
