import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasH5py } from '../formats/hdf5/h5py.js';
import { sample } from '../h5ad/samples.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { atStep, marker } from './at-step.js';
import { contents, h5adCommand, writeCells } from './h5ad-files.js';
import { logged, markerNames, namesIn, wholeMarkers } from './run-state.js';

const folder = temporaryFolder();
const home = path.join(folder, 'home');
const out = path.join(home, 'output/cells');
const stopped = path.join(folder, 'stopped');
const input = path.join(folder, 'cells.h5ad');
const lists = path.join(folder, 'lists');
const options = ['--chunk-size', '2000', '--workers', '2', '--gene-lists-dir', lists];
const command = h5adCommand(home, input, options);
const whenMarked = (nth: number) => ({ step: 'renameSync', file: marker, nth }) as const;

const dateInput = (seconds = 1_700_000_000) => utimesSync(input, seconds, seconds);
const writeList = (genes: string) => {
  const file = path.join(lists, 'few.txt');
  writeFileSync(file, genes);
  utimesSync(file, 1_700_000_000, 1_700_000_000);
};

/** When each of the finished blocks' markers and parts was written. */
function times(): Record<string, bigint> {
  const state = path.join(out, '.gtk');
  const files = wholeMarkers(out).flatMap(({ part }, i) => [`done/${markerNames(out)[i]}`, part!.file]);
  return Object.fromEntries(
    files.map((file) => [file, statSync(path.join(state, file), { bigint: true }).mtimeNs]),
  );
}

describe.skipIf(!hasH5py)('the same command again', () => {
  let original: Buffer;
  let expected: Record<string, string>;

  beforeAll(async () => {
    writeCells(input, { cells: 12_000 });
    original = readFileSync(input);
    mkdirSync(lists);
    writeList('var1\nvar2\n');
    dateInput();
    expect(await gtk(command)).toMatchObject({ status: 0 });
    expected = contents(home);
    rmSync(home, { recursive: true });
    // As a kill leaves it: two of five blocks are whole, and another has its part but no marker.
    expect(await gtk(command, { env: atStep(whenMarked(3), 'SIGKILL') })).toMatchObject({
      signal: 'SIGKILL',
    });
    cpSync(home, stopped, { recursive: true, preserveTimestamps: true });
  });

  beforeEach(() => {
    rmSync(home, { recursive: true, force: true });
    cpSync(stopped, home, { recursive: true, preserveTimestamps: true });
    expect(wholeMarkers(out)).toHaveLength(2);
    writeFileSync(input, original);
    dateInput();
    writeList('var1\nvar2\n');
  });

  it('does only the blocks that are missing', async () => {
    const before = times();
    expect(await gtk(command, { env: atStep(whenMarked(3), 'SIGKILL') })).toMatchObject({
      signal: 'SIGKILL',
    });
    expect(Object.keys(times())).toHaveLength(2 * (2 + 2));
    expect(times()).toMatchObject(before);
    const ended = await gtk(command);
    expect(ended).toMatchObject({ status: 0 });
    expect(logged(ended.stderr, 'planned')).toMatchObject({ tasks: 5, done: 4 });
    expect(contents(home)).toEqual(expected);
  });

  it('can be gtk resume, which needs only the folder', async () => {
    expect(await gtk(['resume', out])).toMatchObject({ status: 0 });
    expect(contents(home)).toEqual(expected);
  });

  it.each<[string, (file: string) => void]>([
    ['cut short', (file) => writeFileSync(file, readFileSync(file).subarray(0, -1))],
    [
      'altered in one bit',
      (file) =>
        writeFileSync(
          file,
          readFileSync(file).map((byte, i) => (i === 700 ? byte ^ 1 : byte)),
        ),
    ],
  ])('does a block again whose interim file is %s', async (_, damage) => {
    damage(path.join(out, '.gtk', wholeMarkers(out)[0]!.part!.file));
    const ended = await gtk(command);
    expect(logged(ended.stderr, 'planned')).toMatchObject({ tasks: 5, done: 1 });
    expect(contents(home)).toEqual(expected);
  });

  it.each<[string, string, () => void]>([
    ['the input is newer', input, () => dateInput(1_700_000_001)],
    ['a gene list is another', path.join(lists, 'few.txt'), () => writeList('var3\n')],
  ])('is refused where %s, and goes on once that is restored', async (_, file, change) => {
    change();
    const before = times();
    const ended = await gtk(command);
    expect(ended).toMatchObject({ status: 3 });
    expect(ended.stderr).toContain(`${file} changed since the run was planned`);
    expect(times()).toEqual(before);
    writeFileSync(input, original);
    dateInput();
    writeList('var1\nvar2\n');
    expect(await gtk(command)).toMatchObject({ status: 0 });
    expect(contents(home)).toEqual(expected);
  });

  it('is refused with other options, which it names', async () => {
    const before = times();
    const ended = await gtk([...command.map((word) => (word === '2000' ? '3000' : word)), '--no-age-filter']);
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain('--chunk-size 2000, now 3000; --age-filter true, now false');
    expect(times()).toEqual(before);
  });

  it('fails for the input that changed among several, and does the others', async () => {
    const batch = path.join(folder, 'batch');
    mkdirSync(batch);
    copyFileSync(input, path.join(batch, 'cells.h5ad'));
    copyFileSync(sample('cxg_perturb_500x2000_csr.h5ad'), path.join(batch, 'other.h5ad'));
    rmSync(home, { recursive: true });
    const of = (given: string) => h5adCommand(home, given, ['--json']);
    const amid = await gtk(of(path.join(batch, 'cells.h5ad')), { env: atStep(whenMarked(2), 'SIGTERM') });
    expect(amid.status).toBe(143);
    utimesSync(path.join(batch, 'cells.h5ad'), 1_700_000_000, 1_700_000_002);
    const ended = await gtk(of(batch));
    expect(ended.status).toBe(1);
    expect(JSON.parse(ended.stdout).datasets).toMatchObject([
      { name: 'cells', status: 'FAILED', error: { code: 'GTK_INPUT_CHANGED' } },
      { name: 'other', status: 'SUCCESS' },
    ]);
    expect(namesIn(out)).toEqual(['.gtk']);
  });
});
