import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isAlive, type ProcessIdentity } from '../../src/tools/process-identity.js';
import { bytesBelow } from '../../src/tools/watch.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { type Archive, startArchive } from './archive.js';
import type { Given } from './stream-child.js';
import { listedSample, makeIndex, mates, stream, streamShop, tableOfFiles } from './stream-setup.js';

const kallisto = requireTool('kallisto');
const script = fileURLToPath(new URL('stream-child.ts', import.meta.url));

/** 4.2 MB of reads. */
const large = mates.map((mate) => Buffer.concat(Array<Buffer>(10).fill(mate)));
const totalSpots = 100_000;

let archive: Archive;
let folder: string;
let index: string;
beforeAll(async () => {
  archive = await startArchive({
    runs: [{ run: 'SRR1', fastq: { 'SRR1_1.fastq.gz': large[0]!, 'SRR1_2.fastq.gz': large[1]! } }],
  });
});
afterAll(() => archive.close());
beforeEach(() => {
  folder = temporaryFolder();
  if (kallisto) index = makeIndex(folder);
  archive.bytesPerSecond = undefined;
});

interface Said {
  type: string;
  process?: ProcessIdentity;
  bytes?: number;
  result?: object;
}

/** Starts the child below `sh`, which runs `before` first; `said` is what it tells. */
function start(before = ':'): { child: ChildProcess; said: Said[]; ended: Promise<number | null> } {
  const sample = listedSample(archive, 'SRR1', { totalSpots });
  const given: Given = { values: archive.values, sample, folder, index };
  const args = [process.execPath, '--import', 'tsx', script, JSON.stringify(given)];
  const child = spawn('sh', ['-c', `${before}; exec "$@"`, 'sh', ...args], {
    env: { ...process.env, TMPDIR: folder, TSX_DISABLE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Said[] = [];
  let rest = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    said.push(...lines.map((line) => JSON.parse(line) as Said));
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, said, ended };
}

const staging = () => path.join(folder, 'staging');
const table = () => readFileSync(path.join(staging(), 'SRR1', 'abundance.tsv'));

/** The table that kallisto makes of the reads as files. */
function expected(): Buffer {
  const elsewhere = temporaryFolder();
  const files = large.map((content, at) => {
    const file = path.join(elsewhere, `${at}.fastq.gz`);
    writeFileSync(file, content);
    return file;
  });
  return tableOfFiles(path.join(elsewhere, 'expected'), ['-i', index, ...files]);
}

describe.skipIf(!kallisto)('a process that streams', () => {
  test('writes no file that could hold the reads, and never many bytes together', async () => {
    // In blocks of 512 bytes: whoever makes a longer file is ended, and the limit goes over to all children.
    const limit = 'ulimit -f 200';
    const control = spawnSync('sh', [
      '-c',
      `${limit}; head -c 200000 /dev/zero > "$1"`,
      'sh',
      `${folder}/zeros`,
    ]);
    expect(control.status).not.toBe(0);
    rmSync(path.join(folder, 'zeros'));
    archive.bytesPerSecond = 4_000_000;
    const before = bytesBelow(folder);
    const { said, ended, child } = start(limit);
    let most = 0;
    child.stdout!.on('data', () => {
      most = Math.max(most, bytesBelow(folder) - before);
    });
    expect(await ended).toBe(0);
    expect(said.at(-1)).toMatchObject({ type: 'result', result: { readsProcessed: totalSpots } });
    expect(table().equals(expected())).toBe(true);
    expect(said.filter(({ type }) => type === 'received').length).toBeGreaterThan(20);
    expect(most).toBeLessThan(100_000);
    expect(readdirSync(staging())).toEqual(['SRR1']);
  }, 60_000);

  test('leaves nothing running when it is killed, and nothing that harms the next one', async () => {
    archive.bytesPerSecond = 1_000_000;
    const { child, said, ended } = start();
    child.stdout!.on('data', () => {
      const received = said.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
      // More than kallisto takes of one mate before it needs the other: both pipes are open.
      if (received > 500_000) child.kill('SIGKILL');
    });
    expect(await ended).toBe(null);
    const { process } = said.find(({ type }) => type === 'process-started')!;
    // It comes to the end of its pipes; what it makes of half the reads is nobody's result.
    await expect.poll(() => isAlive(process!), { timeout: 20_000 }).toBe(false);
    expect(readdirSync(staging())).toContain('SRR1.pipes');
    archive.bytesPerSecond = undefined;
    await stream(listedSample(archive, 'SRR1', { totalSpots }), folder, index, streamShop(archive));
    expect(table().equals(expected())).toBe(true);
    expect(readdirSync(staging())).toEqual(['SRR1']);
  }, 60_000);
});
