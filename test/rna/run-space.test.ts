import { describe, expect, test, vi } from 'vitest';

const disk = vi.hoisted(() => ({ free: 100 }));
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  statfsSync: () => ({ bavail: disk.free, bsize: 1 }),
}));

const { DiskPromises, DiskUse, diskUses, unpackingBytes } = await import('../../src/rna/disk.js');
const { RunSpace } = await import('../../src/rna/run-space.js');
const { sample } = await import('./samples.js');
const { signal } = new AbortController();

const promises = (use = new DiskUse()) =>
  new DiskPromises({ folder: '/', floor: 0, margin: 0, lookMs: 1, use });

describe('Space of a run', () => {
  test('holds the largest promise only, until it is given back', async () => {
    const made = promises();
    made.hold();
    const space = new RunSpace(made, signal);
    await space.take(60, 'fetch');
    // More than is left beside the first promise.
    await space.take(90, 'fetch');
    expect(made.projected).toBe(10);
    await space.take(70, 'extract');
    expect(made.projected).toBe(10);
    space.giveBack();
    space.giveBack();
    expect(made.projected).toBe(100);
  });

  test('holds nothing while it waits, and after it was refused', async () => {
    const made = promises();
    const spaces = [60, 40].map((bytes) => ({
      space: new RunSpace(made, signal),
      bytes,
      letGo: made.hold(),
    }));
    for (const { space, bytes } of spaces) await space.take(bytes, 'fetch');
    // Both want all: one after the other gets it.
    await Promise.all(
      spaces.map(async ({ space, letGo }) => {
        await space.take(100, 'extract');
        expect(made.projected).toBe(0);
        space.giveBack();
        letGo();
      }),
    );
    made.hold();
    const space = new RunSpace(made, signal);
    await expect(space.take(101, 'fetch')).rejects.toMatchObject({ reason: 'disk-full' });
    expect(made.projected).toBe(100);
  });

  test('is shared by all species of a disk, each of which waits for the others', async () => {
    const useOf = diskUses();
    expect(useOf('/tmp')).toBe(useOf('/tmp/not/there/yet'));
    const use = new DiskUse();
    const [one, other] = [promises(use), promises(use)];
    const letGo = one.hold();
    other.hold();
    const first = await one.promise(80, 'fetch', signal);
    expect(other.projected).toBe(20);
    const second = other.promise(80, 'fetch', signal);
    first();
    letGo();
    await second;
    expect(one.projected).toBe(20);
  });

  test('is refused though others are there who wait for something else with nothing on the disk', async () => {
    const made = promises();
    made.hold();
    made.hold();
    let end = () => {};
    const elsewhere = made.without(() => new Promise<void>((resolve) => (end = resolve)));
    await expect(made.promise(101, 'fetch', signal)).rejects.toMatchObject({ reason: 'disk-full' });
    end();
    await elsewhere;
  });
});

test('An archive needs space for itself and for six bytes a base, counted from spots if need be', () => {
  expect(unpackingBytes(sample('R', { size: 1000, totalBases: 500 }))).toBe(1100 + 3000);
  expect(unpackingBytes(sample('R', { totalBases: undefined, totalSpots: 10, spotLength: 5 }))).toBe(300);
});
