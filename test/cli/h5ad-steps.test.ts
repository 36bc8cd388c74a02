import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { jobs } from '../../src/cli/registry.js';
import { duckSchema } from '../h5ad/duck-query.js';
import { hasH5py, writeH5ads } from '../h5ad/h5ad-files.js';
import { chunkPaths, completion, duckRows } from '../h5ad/read-output.js';
import { h5ad, h5adDone, namesBelow, newFolder, newInputFolder } from '../h5ad/run-h5ad.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { refusal } from './refusal.js';

const folder = temporaryFolder();
const { cwd, input } = newInputFolder(folder);
const names = ['donors', 'own_age'];

/** Files with many donors, some cells without an age, and with a column whose name is taken. */
const statements = `
def stages(cells): return categorical(['adult stage' if i % 9 == 4 else f'{20 + i % 5}-year-old stage' for i in range(cells)])
def donors(cells): return categorical([f'd{i % 20}' if i % 23 else None for i in range(cells)])
h5ad('donors.h5ad', 130, 30, {'donor_id': donors(130), 'development_stage': stages(130)}, x=counts(130, 30)).close()
h5ad('own_age.h5ad', 77, 30, {
    'age': nullable([None if i % 5 == 2 else i for i in range(77)], 'i8', 'nullable-integer'),
    'good': np.array([i % 3 == 0 for i in range(77)]),
    'share': np.array([np.nan if i % 4 == 1 else i / 7 for i in range(77)]),
    'development_stage': stages(77),
    'donor_id': donors(77),
    'late': categorical([None] * 70 + ['x'] * 7),
}, x=counts(77, 30, seed=2)).close()
`;

/** Schema and rows of every file of a dataset, by its path. */
async function contentOf(out: string) {
  const found = await Promise.all(
    ['train', 'test', '.'].map(async (side) => {
      const files = chunkPaths(path.join(out, side, 'chunks'));
      return Promise.all(
        files.map(async (file) => ({
          file: path.relative(out, file),
          schema: await duckSchema(file),
          rows: await duckRows([file]),
        })),
      );
    }),
  );
  return found.flat();
}

const pipeline = ['--chunk-size', '9', '--test-size', '0.3'];
const direct = path.join(cwd, 'direct');

beforeAll(async () => {
  if (!hasH5py) return;
  writeH5ads(input, statements);
  await h5adDone(cwd, [...pipeline, '--output-dir', 'direct', '--keep-interim', '--interim-dir', 'kept']);
});

describe.skipIf(!hasH5py)('The steps one after another', () => {
  beforeAll(async () => {
    for (const args of [
      ['step2-convert-h5ad', '--chunk-size', '11'],
      ['step3-add-age', '--batch-mode', '--chunk-size', '40', '--compression', 'snappy'],
      ['step4-train-test-split', ...pipeline],
    ]) {
      const datasets = await h5adDone(cwd, args);
      expect(datasets.map(({ name, status }) => [name, status])).toEqual(
        names.map((name) => [name, 'SUCCESS']),
      );
    }
  });

  test.each(names)('give the files of the pipeline: %s', async (name) => {
    const expected = await contentOf(path.join(direct, name));
    expect(expected.length).toBeGreaterThan(6);
    expect(await contentOf(path.join(cwd, 'data/output', name))).toEqual(expected);
  });

  test('leave the cells without an age to the second one', async () => {
    const rows = async (step: string) => {
      const files = chunkPaths(path.join(cwd, 'data/interim', step, 'donors/chunks'));
      return { files, rows: await duckRows(files) };
    };
    const converted = await rows('parquet_chunks');
    expect(converted.rows).toHaveLength(130);
    expect(converted.files).toHaveLength(12);
    expect(converted.rows[0]).not.toHaveProperty('age');
    const aged = await rows('aged_chunks');
    expect(aged.rows).toHaveLength(116);
    expect(aged.files).toHaveLength(3);
    for (const { age } of aged.rows) expect(age).toBeGreaterThanOrEqual(20);
  });

  test('record where the cells came from', () => {
    const { origin, input: read } = completion(path.join(cwd, 'data/output/donors'));
    expect(origin.input.name).toBe('donors.h5ad');
    expect(origin.input).toEqual(completion(path.join(direct, 'donors')).input);
    expect(read.name).toBe('chunks');
  });

  test('given again change nothing', async () => {
    const datasets = await h5adDone(cwd, ['split', ...pipeline]);
    expect(datasets.map(({ up_to_date }) => up_to_date)).toEqual([true, true]);
  });

  test('take the folder of one dataset as well', async () => {
    const one = ['data/interim/aged_chunks/donors', '--output-dir', 'one', ...pipeline];
    expect((await h5adDone(cwd, ['split', ...one])).map(({ name }) => name)).toEqual(['donors']);
    expect(await contentOf(path.join(cwd, 'one/donors'))).toEqual(
      await contentOf(path.join(direct, 'donors')),
    );
  });
});

describe.skipIf(!hasH5py)('Interim chunks', () => {
  const kept = path.join(cwd, 'kept/parquet_chunks');

  test('stand unsplit under --keep-interim, and nowhere without', async () => {
    const found = namesBelow(path.join(cwd, 'kept')).filter((name) => !name.includes('donors'));
    expect(found.filter((name) => !name.endsWith('.parquet'))).toEqual([
      ...['parquet_chunks', 'parquet_chunks/own_age', 'parquet_chunks/own_age/_SUCCESS.json'],
      'parquet_chunks/own_age/chunks',
    ]);
    const files = chunkPaths(path.join(kept, 'own_age/chunks'));
    const sizes = await Promise.all(files.map(async (file) => (await duckRows([file])).length));
    expect(sizes).toEqual([9, 9, 9, 9, 9, 9, 9, 5]);
    const sides = (await contentOf(path.join(direct, 'own_age'))).flatMap(({ rows }) => rows);
    const byName = (rows: Record<string, unknown>[]) =>
      rows.toSorted((a, b) => (a.cell_id! < b.cell_id! ? -1 : 1));
    expect(byName(await duckRows(files))).toEqual(byName(sides));
    const without = newFolder(folder);
    await h5adDone(without, [path.join(input, 'donors.h5ad')]);
    writeFileSync(path.join(without, 'bad.h5ad'), 'no HDF5');
    expect((await h5ad(without, ['bad.h5ad', '--keep-interim'])).status).toBe(3);
    expect(existsSync(path.join(without, 'data/interim'))).toBe(false);
  });

  test('can be split later', async () => {
    await h5adDone(cwd, ['split', '--interim-dir', 'kept', '--output-dir', 'later', ...pipeline]);
    for (const name of names) {
      expect(await contentOf(path.join(cwd, 'later', name))).toEqual(
        await contentOf(path.join(direct, name)),
      );
    }
  });

  test('are refused without their record, or if one of them is no chunk of the same cells', async () => {
    const at = newFolder(folder);
    cpSync(kept, path.join(at, 'chunks-of'), { recursive: true });
    const chunks = path.join(at, 'chunks-of/donors/chunks');
    writeFileSync(
      path.join(chunks, 'chunk_0003.parquet'),
      readFileSync(path.join(kept, 'own_age/chunks/chunk_0003.parquet')),
    );
    rmSync(path.join(at, 'chunks-of/own_age/_SUCCESS.json'));
    const { status, datasets } = await h5ad(at, ['split', 'chunks-of', ...pipeline]);
    expect(status).toBe(1);
    const [different, unrecorded] = datasets.map(({ error }) => error!);
    expect(different).toMatchObject({ code: 'GTK_CHUNKS_DIFFER', exitStatus: 3 });
    expect(different!.message).toContain(
      `${chunks}/chunk_0003.parquet is no chunk of the same cells: found cell_id String`,
    );
    expect(unrecorded).toMatchObject({
      ...{ code: 'GTK_NO_DATASET', exitStatus: 2 },
      message: `${at}/chunks-of/own_age holds no complete dataset: found no readable _SUCCESS.json`,
    });
    writeFileSync(path.join(chunks, 'chunk_0003.parquet'), 'PAR1 no more');
    const cut = await h5ad(at, ['split', path.dirname(chunks), ...pipeline]);
    expect([cut.status, cut.datasets[0]!.error!.code]).toEqual([3, 'GTK_CORRUPT']);
    expect(namesBelow(path.join(at, 'data/output'))).toEqual(['batch_processing_summary.tsv']);
  });

  test('are missing where no step has left any', async () => {
    const at = newFolder(folder);
    const told = await refusal(at, ['h5ad', 'add-age'], 2);
    expect(told.sentence).toBe(`No such file or folder: ${at}/data/interim/parquet_chunks`);
    const file = await refusal(cwd, ['h5ad', 'split', 'data/input/donors.h5ad'], 2);
    expect(file.sentence).toContain('donors.h5ad holds no complete dataset');
    const none = await refusal(cwd, ['h5ad', 'split', 'data/input'], 3);
    expect(none.sentence).toContain(
      'data/input holds no input: found no file that ends in chunks/chunk_0000.parquet',
    );
  });
});

test('Each step has its numbered name as well, whose help is the same', async () => {
  const aliases = Object.entries(jobs.h5ad!.steps!).flatMap(([name, { aliases = [] }]) =>
    aliases.map((alias) => ({ name, alias })),
  );
  expect(aliases.map(({ alias }) => alias)).toEqual(
    expect.arrayContaining([
      'step1-hgnc',
      'step2-convert-h5ad',
      'step3-add-age',
      'step4-train-test-split',
      'step5-upload',
    ]),
  );
  for (const { name, alias } of aliases) {
    const [help, ofAlias] = await Promise.all([name, alias].map((word) => gtk(['h5ad', word, '--help'])));
    expect(ofAlias).toEqual(help);
    expect(help!.stdout).toContain(`Usage: gtk h5ad ${name} [options]`);
  }
});
