import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasH5py } from '../formats/hdf5/h5py.js';
import { sample } from '../h5ad/samples.js';
import { gtk, program, temporaryFolder } from '../run-gtk.js';
import { atStep, marker } from './at-step.js';
import { contents, h5adCommand, writeCells } from './h5ad-files.js';
import { logged, markerNames, namesIn, wholeMarkers } from './run-state.js';
import { canMount, onSmallDisk } from './small-disk.js';

const folder = temporaryFolder();
const home = path.join(folder, 'home');
const out = path.join(home, 'output/b');
const batch = path.join(folder, 'batch');
const input = path.join(batch, 'b.h5ad');
const one = h5adCommand(home, input, ['--chunk-size', '2000', '--workers', '2']);
const several = h5adCommand(home, batch, ['--chunk-size', '2000', '--workers', '1']);

describe.skipIf(!hasH5py)('a run', () => {
  let ofOne: Record<string, string>;
  let ofSeveral: Record<string, string>;
  beforeAll(async () => {
    mkdirSync(batch);
    copyFileSync(sample('cxg_labels_320x143_oldcat.h5ad'), path.join(batch, 'a.h5ad'));
    writeCells(input, { cells: 7500 });
    copyFileSync(sample('cxg_perturb_500x2000_csr.h5ad'), path.join(batch, 'c.h5ad'));
    expect(await gtk(one)).toMatchObject({ status: 0 });
    ofOne = contents(home);
    rmSync(home, { recursive: true });
    expect(await gtk(several)).toMatchObject({ status: 0 });
    ofSeveral = contents(home);
  });
  beforeEach(() => rmSync(home, { recursive: true, force: true }));

  describe('whose worker dies', () => {
    const secondMarker = { step: 'renameSync', file: marker, nth: 2 } as const;

    it('once does the block again', async () => {
      const ended = await gtk(one, { env: atStep(secondMarker, 'exit') });
      expect(ended).toMatchObject({ status: 0 });
      expect(logged(ended.stderr, 'task-retry')).toMatchObject({ error: { code: 'GTK_WORKER_DIED' } });
      expect(contents(home)).toEqual(ofOne);
    });

    it('each time fails, keeps the other blocks, and is resumed by the same command', async () => {
      const ended = await gtk(one, { env: atStep({ ...secondMarker, again: true }, 'exit') });
      expect(ended.status).toBe(5);
      expect(ended.stderr).toContain('The worker died on b.h5ad from cell ');
      expect(wholeMarkers(out)).toHaveLength(1);
      expect(namesIn(out)).toEqual(['.gtk']);
      const again = await gtk(one);
      expect(logged(again.stderr, 'planned')).toMatchObject({ tasks: 3, done: 1 });
      expect(contents(home)).toEqual(ofOne);
    });

    it('as it makes the final files fails, and is resumed by the same command', async () => {
      const chunk = { step: 'renameSync', file: /staged\/.*\/\.chunk_/, nth: 2 } as const;
      const ended = await gtk(one, { env: atStep(chunk, 'exit') });
      expect(ended.status).toBe(5);
      expect(ended.stderr).toContain('The worker died on the final files: ');
      expect(wholeMarkers(out)).toHaveLength(3);
      expect(namesIn(out)).toEqual(['.gtk']);
      const again = await gtk(one);
      expect(logged(again.stderr, 'planned')).toMatchObject({ tasks: 3, done: 3 });
      expect(contents(home)).toEqual(ofOne);
    });

    it('on one of several files does the others', async () => {
      const ofSecond = {
        step: 'renameSync',
        file: /output\/b\/.*done\/\d+-\d+\.json$/,
        again: true,
      } as const;
      const ended = await gtk([...several, '--json'], { env: atStep(ofSecond, 'exit') });
      expect(ended.status).toBe(1);
      expect(JSON.parse(ended.stdout).datasets).toMatchObject([
        { name: 'a', status: 'SUCCESS' },
        { name: 'b', status: 'FAILED', error: { code: 'GTK_WORKER_DIED' } },
        { name: 'c', status: 'SUCCESS' },
      ]);
      expect(await gtk(several)).toMatchObject({ status: 0 });
      expect(contents(home)).toEqual(ofSeveral);
    });
  });

  it('leaves a dataset to the process that is at it, and does the others', async () => {
    const env = { ...process.env, ...atStep({ step: 'renameSync', file: marker, nth: 2 }, 'SIGSTOP') };
    const first = spawn(process.execPath, [program, ...one, '--quiet'], { env, stdio: 'ignore' });
    const ended = new Promise((resolve) => first.on('close', (...how) => resolve(how)));
    try {
      await vi.waitFor(() => expect(markerNames(out)).not.toEqual([]), { timeout: 50_000 });
      const second = await gtk([...several, '--json']);
      expect(second.status).toBe(1);
      expect(JSON.parse(second.stdout).datasets).toMatchObject([
        { name: 'a', status: 'SUCCESS' },
        { name: 'b', status: 'FAILED', error: { code: 'GTK_RUN_LOCKED' } },
        { name: 'c', status: 'SUCCESS' },
      ]);
      expect(second.stderr).toContain(`Another gtk works in ${out}: process ${first.pid} on `);
      expect(namesIn(out)).toEqual(['.gtk']);
      first.kill('SIGCONT');
      expect(await ended).toEqual([0, null]);
    } finally {
      first.kill('SIGKILL');
    }
    const names = Object.keys(ofOne);
    expect(contents(home)).toMatchObject(Object.fromEntries(names.map((name) => [name, ofOne[name]])));
  });

  it.skipIf(!canMount(folder)).each([
    ['a single line', 4, '100000'],
    ['a line for every chunk', 8, '30'],
  ])(
    'fails where the disk of its logs has no room for %s, and goes on when it has',
    async (_, kilobytes, chunkSize) => {
      const command = h5adCommand(home, input, ['--chunk-size', chunkSize]);
      const found = onSmallDisk(folder, kilobytes, (logs) =>
        command.map((word) => (word === `${home}-logs` ? logs : word)),
      );
      expect(found.status, found.stderr).toBe('4\n');
      expect(found.stderr).toMatch(/pipeline\.\w+ cannot be written: .*no space left on device/);
      expect(found.statusAgain, found.stderrAgain).toBe('0\n');
      expect(readFileSync(path.join(found.out, 'b/pipeline.log'), 'utf8')).toMatch(/ end seconds=.*\n$/);
    },
  );
});
