import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { ensureIndex } from '../../src/rna/reference/ensure-index.js';
import { withIndexLock } from '../../src/rna/reference/index-lock.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { failureOf, kallistoIndex, mouseFasta, speciesConfig, workshop } from './quant-setup.js';

/** What happens instead of a pause. */
const pause = vi.hoisted(() => ({ act: async () => {}, count: 0 }));
vi.mock('node:timers/promises', () => ({
  setTimeout: async () => {
    pause.count += 1;
    await pause.act();
  },
}));
afterEach(() => {
  vi.restoreAllMocks();
  pause.count = 0;
});

const { signal } = new AbortController();

/** A folder whose lock another process holds, which lives until it is ended. */
function locked() {
  const folder = temporaryFolder();
  const file = path.join(folder, '.Genus_species.lock');
  const other = spawn('sleep', ['600'], { stdio: 'ignore' });
  const gone = new Promise((resolve) => other.on('exit', resolve));
  const holder = { pid: other.pid, host: os.hostname(), started: '', since: '2024-01-01T00:00:00Z' };
  writeFileSync(file, JSON.stringify(holder));
  const end = async () => {
    other.kill('SIGKILL');
    await gone;
  };
  return { folder, file, other, end };
}

test('a lock holds while something is done, and is gone after that or after a failure', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, '.Genus_species.lock');
  const holder = await withIndexLock(folder, 'Genus_species', signal, async () => readFileSync(file, 'utf8'));
  expect(JSON.parse(holder)).toMatchObject({ pid: process.pid, host: os.hostname() });
  expect(existsSync(file)).toBe(false);
  const failed = withIndexLock(folder, 'Genus_species', signal, () => Promise.reject(new Error('no')));
  await expect(failed).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});

test('another process is waited for until it has ended', async () => {
  const { folder, end } = locked();
  let times = 0;
  pause.act = async () => {
    times += 1;
    if (times === 3) await end();
  };
  expect(await withIndexLock(folder, 'Genus_species', signal, async () => times)).toBe(3);
});

test.skipIf(!requireTool('kallisto'))('what it built meanwhile is not built again', async () => {
  const { folder, end } = locked();
  const config = speciesConfig(folder, { indexFolder: folder });
  copyFileSync(mouseFasta, path.join(folder, 'fasta', 'Genus_species.fa.gz'));
  const { shop, events } = workshop();
  const index = kallistoIndex(temporaryFolder(), mouseFasta);
  pause.act = async () => {
    copyFileSync(index, path.join(folder, 'Genus_species.idx'));
    await end();
  };
  const found = await ensureIndex('Genus_species', config, 'kallisto', shop);
  expect(found).toBe(path.join(folder, 'Genus_species.idx'));
  expect(pause.count).toBeGreaterThan(0);
  expect(events).toEqual([]);
});

test('it is given up after an hour, naming who holds the lock', async () => {
  const { folder, file, other, end } = locked();
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  pause.act = async () => {
    now += 5000;
  };
  const found = await failureOf(withIndexLock(folder, 'Genus_species', signal, async () => {}));
  expect([found.stage, found.reason, found.retryable]).toEqual(['index', 'no-index', true]);
  expect(found.message).toContain(`process ${other.pid} on ${os.hostname()}`);
  expect(pause.count).toBe(3600 / 5 + 1);
  expect(existsSync(file)).toBe(true);
  await end();
});
