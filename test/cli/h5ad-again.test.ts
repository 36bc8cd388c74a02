import { cpSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasH5py, writeH5ads } from '../h5ad/h5ad-files.js';
import { completion, sides } from '../h5ad/read-output.js';
import { h5ad, h5adDone, namesBelow, newFolder } from '../h5ad/run-h5ad.js';
import { filesBelow, gtk, temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const cells = path.join(folder, 'cells.h5ad');

/** Where the file was done once, seven cells to a chunk. */
const first = path.join(folder, 'first');

beforeAll(async () => {
  if (!hasH5py) return;
  writeH5ads(folder, statements);
  mkdirSync(first);
  await h5adDone(first, [cells, '--chunk-size', '7']);
});

/** Another folder in which all is as after that. */
function done(): { cwd: string; out: string } {
  const cwd = newFolder(folder);
  cpSync(first, cwd, { recursive: true, preserveTimestamps: true });
  return { cwd, out: path.join(cwd, 'data/output/cells') };
}

/** Content of every final file, and when it was written. */
function stateOf(out: string) {
  return [...filesBelow(out)].map(([name, content]) => ({
    name,
    content,
    written: statSync(path.join(out, name)).mtimeMs,
  }));
}

const parquet = (out: string) => namesBelow(out).filter((name) => name.endsWith('.parquet'));
const cellIds = async (out: string) => {
  const { train, test, all } = await sides(out);
  return [...train, ...test, ...all].map((row) => row.cell_id).sort();
};

const statements = `
def cells(name, count):
    obs = {'donor_id': [f'd{i % 4}' for i in range(count)], 'development_stage': ['40-year-old stage'] * count}
    h5ad(name, count, 30, obs, x=counts(count, 30, seed=count)).close()
cells('cells.h5ad', 40)
cells('other.h5ad', 41)
`;

describe.skipIf(!hasH5py)('The same command again', () => {
  test('changes nothing, and says so', async () => {
    const { cwd, out } = done();
    const before = stateOf(out);
    expect(before.map(({ name }) => name)).toContain('train/chunks/chunk_0004.parquet');
    const ended = await gtk(['h5ad', cells, '--chunk-size', '7'], { cwd });
    expect(ended.status).toBe(0);
    expect(ended.stdout).toContain('Already done: cells');
    expect(stateOf(out)).toEqual(before);
    const [told] = await h5adDone(cwd, [cells, '--chunk-size', '7', '--workers', '1']);
    expect(told).toMatchObject({ status: 'SUCCESS', up_to_date: true });
    expect(stateOf(out)).toEqual(before);
  });

  test('writes anew what somebody removed', async () => {
    const { cwd, out } = done();
    const before = filesBelow(out);
    rmSync(path.join(out, 'train/chunks/chunk_0002.parquet'));
    await h5adDone(cwd, [cells, '--chunk-size', '7']);
    expect(filesBelow(out)).toEqual(before);
  });

  test('with other options is refused with what differs', async () => {
    const { cwd, out } = done();
    const before = stateOf(out);
    const { status, stderr, datasets } = await h5ad(cwd, [cells, '--top-genes', '5', '--seed', '7']);
    expect([status, datasets[0]!.error!.code]).toEqual([2, 'GTK_RUN_DIFFERS']);
    expect(datasets[0]!.error!.message).toBe(
      `The run in ${out} was started differently: --chunk-size 7, now 10000; --top-genes 2000, now 5; --seed 42, now 7`,
    );
    expect(stderr).toContain('add --fresh to start over');
    expect(stateOf(out)).toEqual(before);
  });

  test('with other options and --fresh leaves what those make, and no chunk of before', async () => {
    const { cwd, out } = done();
    expect(parquet(out)).toHaveLength(7);
    const again = async (...args: string[]) => {
      await h5adDone(cwd, [cells, '--fresh', ...args]);
      expect(await cellIds(out)).toHaveLength(40);
      return parquet(out);
    };
    expect(await again('--chunk-size', '20')).toEqual([
      'test/chunks/chunk_0000.parquet',
      ...['train/chunks/chunk_0000.parquet', 'train/chunks/chunk_0001.parquet'],
    ]);
    expect(completion(out).options.chunkSize).toBe(20);
    expect(await again('--skip-train-test-split')).toEqual(['chunks/chunk_0000.parquet']);
    expect(namesBelow(out)).not.toContain('train');
    expect(await again()).toEqual(['test/chunks/chunk_0000.parquet', 'train/chunks/chunk_0000.parquet']);
    expect(namesBelow(out)).not.toContain('chunks');
  });

  test('with --fresh and a file that has become bad leaves what there was', async () => {
    const { cwd, out } = done();
    const before = stateOf(out);
    const bad = path.join(newFolder(folder), 'cells.h5ad');
    writeFileSync(bad, readFileSync(cells).subarray(0, 9000));
    const { status } = await h5ad(cwd, [bad, '--chunk-size', '7', '--fresh']);
    expect(status).toBe(3);
    expect(stateOf(out)).toEqual(before);
  });

  test('goes on in a folder that holds chunks of somebody else', async () => {
    const cwd = newFolder(folder);
    const out = path.join(cwd, 'data/output/cells');
    mkdirSync(path.join(out, 'train/chunks'), { recursive: true });
    for (const name of ['chunk_0000.parquet', 'chunk_0009.parquet']) {
      writeFileSync(path.join(out, 'train/chunks', name), 'half');
    }
    await h5adDone(cwd, [cells]);
    expect(parquet(out)).toEqual(['test/chunks/chunk_0000.parquet', 'train/chunks/chunk_0000.parquet']);
    expect(await cellIds(out)).toHaveLength(40);
  });
});

describe.skipIf(!hasH5py)('--skip-existing', () => {
  const skip = [cells, '--chunk-size', '7', '--skip-existing'];

  test('skips a dataset that is complete', async () => {
    const { cwd, out } = done();
    const before = stateOf(out);
    const [told] = await h5adDone(cwd, skip);
    expect(told).toMatchObject({ status: 'SKIPPED', message: 'Output files already exist' });
    const [anew] = await h5adDone(cwd, [...skip, '--fresh']);
    expect(anew!.status).toBe('SKIPPED');
    expect(stateOf(out)).toEqual(before);
  });

  test('does one whose chunks stand without the record that says so', async () => {
    const { cwd, out } = done();
    const before = filesBelow(out);
    rmSync(path.join(out, '_SUCCESS.json'));
    rmSync(path.join(out, 'test/chunks/chunk_0000.parquet'));
    rmSync(path.join(out, '.gtk'), { recursive: true });
    const [told] = await h5adDone(cwd, skip);
    expect(told).toMatchObject({ status: 'SUCCESS', up_to_date: false });
    expect(filesBelow(out)).toEqual(before);
  });

  test('does one anew whose file has changed, by size or by time', async () => {
    const { cwd, out } = done();
    const changed = path.join(newFolder(folder), 'cells.h5ad');
    const args = [changed, ...skip.slice(1)];
    writeFileSync(changed, readFileSync(cells));
    await h5adDone(cwd, [...args, '--fresh']);
    expect(await cellIds(out)).toHaveLength(40);
    writeFileSync(changed, readFileSync(path.join(folder, 'other.h5ad')));
    expect((await h5adDone(cwd, args))[0]).toMatchObject({ status: 'SUCCESS', up_to_date: false });
    expect(await cellIds(out)).toHaveLength(41);
    utimesSync(changed, 1e9, 1e9);
    expect((await h5adDone(cwd, args))[0]).toMatchObject({ status: 'SUCCESS', up_to_date: false });
    expect(completion(out).input.mtime_ms).toBe(1e12);
    expect((await h5adDone(cwd, args))[0]!.status).toBe('SKIPPED');
  });

  test('does not take one for complete that other options made', async () => {
    const { cwd, out } = done();
    const before = stateOf(out);
    const { status, datasets } = await h5ad(cwd, [...skip, '--top-genes', '3']);
    expect([status, datasets[0]!.error!.code]).toEqual([2, 'GTK_RUN_DIFFERS']);
    expect(stateOf(out)).toEqual(before);
    const [anew] = await h5adDone(cwd, [...skip, '--top-genes', '3', '--fresh']);
    expect(anew).toMatchObject({ status: 'SUCCESS', up_to_date: false });
  });
});
