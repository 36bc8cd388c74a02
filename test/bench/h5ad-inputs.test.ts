import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { H5adInput, type H5adWorkload, smallWorkloads, workloads } from '../../bench/h5ad-inputs.js';
import { hasH5py, runPython } from '../formats/hdf5/h5py.js';
import { temporaryFolder } from '../run-gtk.js';

const script = fileURLToPath(new URL('describe_h5ad.py', import.meta.url));
const folder = temporaryFolder();

interface Described {
  shape: number[];
  chunk: number;
  guessed: number;
  stored: number;
  expressed: number[];
  tokens: number;
  ids: string[];
  names: string[];
  columns: Record<string, string>;
  barcodes: string[];
  stages: string[];
  missing: number[];
}

async function made(workload: H5adWorkload): Promise<H5adInput> {
  const input = new H5adInput(workload, folder);
  await input.make();
  return input;
}

const described = (...files: string[]): Described => JSON.parse(runPython('-B', script, ...files));

test('the workloads are those that the figures are given for', () => {
  const shapes = Object.values(workloads).map(({ files, cells, genes }) => [files, cells, genes]);
  expect(shapes).toEqual([
    [1, 50_000, 33_000],
    [1, 200_000, 33_000],
    [100, 200, 2000],
    [1, 20_000, 2000],
  ]);
  const { single, fourfold, many, together } = workloads;
  expect(fourfold).toEqual({ ...single, folder: fourfold.folder, cells: 4 * single.cells });
  expect(together).toEqual({
    ...many,
    folder: together.folder,
    files: 1,
    cells: many.files * many.cells,
  });
  expect(new Set(Object.values(workloads).map(({ folder }) => folder)).size).toBe(4);
});

describe.skipIf(!hasH5py)('the first 300 cells of 50,000', () => {
  const workload = { ...workloads.single, folder: 'first', cells: 300 };
  let input: H5adInput;
  let found: Described;
  beforeAll(async () => {
    input = await made(workload);
    found = described(input.path);
  });

  test('hold what their generator counted', () => {
    expect(input.contents()).toEqual([
      {
        cells: 300,
        genes: 33_000,
        stored: found.stored,
        tokens: found.tokens,
        least_expressed: Math.min(...found.expressed),
        most_expressed: Math.max(...found.expressed),
        bytes: statSync(input.path).size,
      },
    ]);
    // As Debian 12's numpy draws them.
    expect(found).toMatchObject({ shape: [300, 33_000], stored: 547_435, tokens: 478_752 });
  });

  test('are a gzipped CSR matrix of whole counts in chunks that h5py guesses', () => {
    expect(found).toMatchObject({
      encoding: 'csr_matrix',
      kinds: { data: 'float32', indices: 'int32', indptr: 'int32' },
      compression: [
        ['gzip', 4],
        ['gzip', 4],
      ],
      counts: true,
      rising: true,
      sums: true,
      chunk: found.guessed,
    });
  });

  test('express 5 to 6 % of the genes, some cells several times as many as others', () => {
    const density = found.stored / (300 * 33_000);
    expect(density).toBeGreaterThan(0.05);
    expect(density).toBeLessThan(0.06);
    expect(Math.min(...found.expressed)).toBeLessThan(1000);
    expect(Math.max(...found.expressed)).toBeGreaterThan(3500);
  });

  test('have Ensembl ids, and symbols of usual lengths for 97 % of them', () => {
    expect(new Set(found.ids).size).toBe(33_000);
    expect(found.ids.every((id) => /^ENSG\d{11}$/.test(id))).toBe(true);
    expect(new Set(found.names).size).toBe(33_000);
    const symbols = found.names.filter((name, at) => name !== found.ids[at]);
    expect(symbols).toHaveLength(32_010);
    expect(symbols.every((symbol) => /^[A-Z][A-Z0-9]{2,8}(\.\d)?$/.test(symbol))).toBe(true);
    const mean = symbols.join('').length / symbols.length;
    expect(mean).toBeGreaterThan(5.5);
    expect(mean).toBeLessThan(8);
  });

  test('have columns of every kind, with cells that miss a value', () => {
    expect(new Set(Object.values(found.columns))).toEqual(
      new Set(['categorical', 'array', 'nullable-integer', 'string-array']),
    );
    expect(Object.keys(found.columns)).toEqual(
      expect.arrayContaining(['donor_id', 'development_stage', 'cell_type', 'tissue', 'sex', 'disease']),
    );
    expect(new Set(found.barcodes).size).toBe(300);
    expect(found.barcodes.every((barcode) => /^[ACGT]{16}-1$/.test(barcode))).toBe(true);
    expect(found.missing[1]).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasH5py)('the small workloads', () => {
  test('are the same cells, four times, and as many files', async () => {
    const { single, fourfold, many } = smallWorkloads;
    const [one, four, files] = [await made(single), await made(fourfold), await made(many)];
    const found = described(one.path, four.path);
    expect(found).toMatchObject({ begins: true, shape: [450, 600] });
    expect(four.contents()[0]).toMatchObject({ cells: 1800, genes: 600 });
    expect(files.files).toHaveLength(5);
    const stored = files
      .contents()
      .map((contents, at) => [contents.stored, described(files.files[at]!).stored]);
    for (const [counted, there] of stored) expect(counted).toBe(there);
    expect(new Set(stored.flat()).size).toBe(5);
  });

  test('have donors with an age, and a few without', async () => {
    const workload = { ...smallWorkloads.fourfold, folder: 'donors', genes: 50, donors: 40 };
    const { stages } = described((await made(workload)).path);
    const without = stages.filter((stage) => !/^\d\d-year-old stage$/.test(stage));
    expect(stages.length).toBeGreaterThan(20);
    expect(without).toEqual(['sixth decade stage']);
  });
});

describe.skipIf(!hasH5py)('the files of a workload', () => {
  const workload = { ...smallWorkloads.many, folder: 'again', files: 2 };
  const bytes = (input: H5adInput) => input.files.map((file) => readFileSync(file).toString('base64'));

  test('are the same bytes every time they are made, and of another seed each', async () => {
    const input = await made(workload);
    const [first, second] = bytes(input);
    expect(first).not.toBe(second);
    expect(bytes(await made({ ...workload, folder: 'elsewhere' }))).toEqual([first, second]);
  });

  test('are used again, and made anew where something else made them', async () => {
    const input = await made(workload);
    const { ino } = statSync(input.files[0]!);
    await made(workload);
    expect(statSync(input.files[0]!).ino).toBe(ino);
    const before = bytes(input);
    const contents = path.join(path.dirname(input.files[0]!), 'contents.json');
    writeFileSync(contents, readFileSync(contents, 'utf8').replace('--counts 300', '--counts 200'));
    await made(workload);
    expect(statSync(input.files[0]!).ino).not.toBe(ino);
    expect(bytes(input)).toEqual(before);
    await made({ ...workload, counts: 200 });
    expect(bytes(input)).not.toEqual(before);
  });
});
