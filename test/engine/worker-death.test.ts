import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WorkerDied } from '../../src/engine/pool.js';
import { runJob } from '../../src/engine/run.js';
import { temporaryFolder } from '../run-gtk.js';
import { type TinyPayload, tinyPool, tinyRun } from './tiny-job.js';

const root = temporaryFolder();
const ownFolder = () => mkdtempSync(path.join(root, 'run-'));
const pools: { destroy(): Promise<void> }[] = [];
const run = (...args: Parameters<typeof tinyRun>) => {
  const made = tinyRun(...args);
  pools.push(made.settings.pool);
  return made;
};
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.destroy();
});

const others: TinyPayload[] = ['a', 'b', 'c', 'd'].map((name) => ({ name, batches: 2 }));
const whole = (payloads: TinyPayload[]) =>
  payloads
    .flatMap(({ name, batches }) => Array.from({ length: batches }, (_, i) => `${name} ${i}\n`))
    .join('');

describe('a task whose worker dies', () => {
  it('is tried once more, alone, from the batch that is missing, and the run succeeds', async () => {
    const folder = ownFolder();
    const payloads = [
      ...others,
      { name: 'frail', batches: 3, diesUnless: path.join(folder, 'flag'), diesOnce: true },
    ];
    const { settings, events, lines } = run(folder, payloads);
    const outcome = await runJob(settings);
    expect(outcome?.result).toEqual({ doubled: [2, 4, 6, 8, 10] });
    expect(readFileSync(path.join(settings.out, 'all.txt'), 'latin1')).toBe(whole(payloads));
    expect(events.filter(({ type }) => type === 'task-retry')).toMatchObject([{ task: 4, label: 'frail' }]);
    // All others had ended when it began again, and its first batch was not written twice.
    const again = lines().lastIndexOf('start frail');
    for (const { name } of others) expect(lines().indexOf(`end ${name}`), name).toBeLessThan(again);
    expect(lines().filter((line) => line === 'batch frail 0')).toHaveLength(1);
    expect(lines().slice(again)).toEqual(['start frail', 'batch frail 1', 'batch frail 2', 'end frail']);
  });

  it('is reported when it dies again; the others are kept, and the same command resumes', async () => {
    const folder = ownFolder();
    const flag = path.join(folder, 'flag');
    const payloads = [{ name: 'frail', batches: 3, diesUnless: flag }, ...others];
    const { settings, events } = run(folder, payloads);
    await expect(runJob(settings)).rejects.toMatchObject({ code: 'GTK_WORKER_DIED', exitStatus: 5 });
    const types = events.map(({ type }) => type);
    expect(types.filter((type) => type === 'task-done')).toHaveLength(4);
    expect(types.filter((type) => type === 'task-retry' || type === 'task-failed')).toEqual([
      'task-retry',
      'task-failed',
    ]);
    expect(existsSync(path.join(settings.out, '.gtk/lock'))).toBe(false);
    writeFileSync(flag, '');
    const second = run(folder, payloads);
    await runJob(second.settings);
    expect(second.events).toContainEqual({ type: 'planned', tasks: 5, done: 4 });
    expect(readFileSync(path.join(settings.out, 'all.txt'), 'latin1')).toBe(whole(payloads));
  });

  it('fails at once when it reports an error of its own', async () => {
    const { settings, events } = run(ownFolder(), [{ name: 'wrong', batches: 3, fails: 'no such codon' }]);
    await expect(runJob(settings)).rejects.toMatchObject({
      code: 'GTK_INTERNAL',
      message: 'Unexpected: no such codon',
    });
    expect(events.filter(({ type }) => type === 'task-retry')).toEqual([]);
  });
});

describe('a pool of workers', () => {
  it('tells a worker that died from a task that failed, and goes on with a new worker', async () => {
    const pool = tinyPool(1);
    pools.push(pool);
    await expect(pool.runPiece('die', 0)).rejects.toBeInstanceOf(WorkerDied);
    expect(await pool.runPiece('double', 21)).toBe(42);
    await expect(pool.runPiece('no such piece', 0)).rejects.toMatchObject({ code: 'GTK_INTERNAL' });
  });

  it('ends but once, however often it is told to', async () => {
    const pool = tinyPool(1);
    expect(await pool.runPiece('double', 4)).toBe(8);
    const ends = [pool.destroy(), pool.destroy()];
    await Promise.all(ends);
    await expect(pool.runPiece('double', 4)).rejects.toBeInstanceOf(WorkerDied);
  });
});

describe('a run that is called off', () => {
  it('stops before its next task, gives back the lock, and is resumed by the next', async () => {
    const folder = ownFolder();
    const interrupt = new AbortController();
    const { settings, events } = run(folder, others, { signal: interrupt.signal });
    settings.events.listen(({ type }) => type === 'task-done' && interrupt.abort('SIGTERM'));
    await expect(runJob(settings)).rejects.toBe('SIGTERM');
    expect(events.some(({ type }) => type === 'aggregate')).toBe(false);
    expect(existsSync(path.join(settings.out, '.gtk/lock'))).toBe(false);
    const second = run(folder, others);
    expect(await runJob(second.settings)).toMatchObject({ upToDate: false });
    expect(second.events[0]).toMatchObject({ type: 'start', resumed: true });
    expect(readFileSync(path.join(settings.out, 'all.txt'), 'latin1')).toBe(whole(others));
  });
});
