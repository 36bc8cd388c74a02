import { describe, expect, test, vi } from 'vitest';

const disk = vi.hoisted(() => ({ free: 0, looks: 0 }));
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  statfsSync: () => {
    disk.looks += 1;
    return { bavail: disk.free, bsize: 1 };
  },
}));

const { DiskPromises } = await import('../../src/rna/disk.js');
const { signal } = new AbortController();

/** Promises on a disk, with what was done about it. */
function promises(floor = 0, margin = 0) {
  const cleaned: number[] = [];
  const made = new DiskPromises({
    folder: '/',
    floor,
    margin,
    lookMs: 1,
    onLow: () => cleaned.push(disk.free),
  });
  return { made, cleaned };
}

/** Whether something is still pending after whoever waits has looked for space several times. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let isOpen = true;
  const end = () => {
    isOpen = false;
  };
  promise.then(end, end);
  const before = disk.looks;
  await vi.waitFor(() => expect(!isOpen || disk.looks > before + 20).toBe(true));
  return isOpen;
}

describe('Promises of space', () => {
  test('add up, and count until they are ended', async () => {
    disk.free = 100;
    const { made, cleaned } = promises();
    for (let i = 0; i < 3; i += 1) made.hold();
    const first = await made.promise(60, 'fetch', signal);
    await made.promise(40, 'fetch', signal);
    expect(made.projected).toBe(0);
    expect(cleaned).toEqual([]);
    const third = made.promise(10, 'fetch', signal);
    expect(await isPending(third)).toBe(true);
    expect(cleaned).toEqual([100]);
    first();
    first();
    expect(await isPending(third)).toBe(false);
    expect(made.projected).toBe(50);
  });

  test('are refused where nobody works who could free any', async () => {
    disk.free = 100;
    const { made } = promises(30);
    made.hold();
    await expect(made.promise(80, 'fetch', signal)).rejects.toMatchObject({
      reason: 'disk-full',
      message: expect.stringContaining('that are to stay free'),
    });
    await made.promise(70, 'fetch', signal);
  });

  test('wait for the margin once there was too little, while others work', async () => {
    disk.free = 100;
    const { made } = promises(50, 20);
    const working = made.hold();
    made.hold();
    const waiting = made.promise(60, 'fetch', signal);
    expect(await isPending(waiting)).toBe(true);
    disk.free = 120;
    expect(await isPending(waiting)).toBe(true);
    disk.free = 130;
    expect(await isPending(waiting)).toBe(false);
    working();
  });

  test('are given for unpacking before fetching, and from what is to stay free', async () => {
    disk.free = 100;
    const { made } = promises(50);
    for (let i = 0; i < 3; i += 1) made.hold();
    await made.promise(90, 'extract', signal);
    const unpacking = made.promise(60, 'extract', signal);
    disk.free = 145;
    // There would be room for this one, but not for both.
    const fetching = made.promise(1, 'fetch', signal);
    expect(await isPending(fetching)).toBe(true);
    disk.free = 300;
    expect(await isPending(unpacking)).toBe(false);
    expect(await isPending(fetching)).toBe(false);
  });

  test('of two that wait for each other, one is refused, and an abort ends a wait', async () => {
    disk.free = 10;
    const { made } = promises();
    const ends = [20, 30].map((bytes) => {
      const letGo = made.hold();
      return made
        .promise(bytes, 'extract', signal)
        .then(
          () => 'given',
          (error: { reason: string }) => error.reason,
        )
        .finally(letGo);
    });
    expect(await Promise.all(ends)).toEqual(['disk-full', 'disk-full']);
    const abort = new AbortController();
    for (let i = 0; i < 2; i += 1) made.hold();
    const waiting = made.promise(20, 'fetch', abort.signal);
    const end = expect(waiting).rejects.toThrow('enough');
    abort.abort(new Error('enough'));
    await end;
  });
});
