import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Inspection } from '../../src/h5ad/inspect.js';
import { type DumpedColumn, type DumpedFrame, dump } from '../formats/anndata/dump.js';
import { hasH5py, writeH5ads } from '../h5ad/h5ad-files.js';
import { h5adDone, newFolder } from '../h5ad/run-h5ad.js';
import { sample } from '../h5ad/samples.js';
import { gtk, temporaryFolder, testData } from '../run-gtk.js';
import { refusal } from './refusal.js';

const folder = temporaryFolder();
const hgnc = testData('hgnc/hgnc_complete_set.tsv.gz');

async function inspect(...args: string[]): Promise<Inspection> {
  const ended = await gtk(['h5ad', 'inspect', ...args, '--json'], { cwd: folder });
  expect(ended).toMatchObject({ status: 0, stderr: '' });
  return JSON.parse(ended.stdout);
}

/** How a column that h5py reads should be shown. */
function look(column: DumpedColumn) {
  const { name, type } = column;
  if (column.type !== 'categorical') return { name, type, values: column.values.slice(0, 8).map(asText) };
  const { categories } = column;
  return { name, type, distinct: categories.length, values: categories.slice(0, 8) };
}

/** As Python prints it; what is missing is empty. */
function asText(value: string | boolean | null): string {
  if (value === null || value === 'NaN') return '';
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : value;
}

const looks = ({ columns }: DumpedFrame) => columns.map(look);
/** Numbers by value: 1e-05 and 0.00001 are one. */
const byValue = (columns: Inspection['obs']) =>
  columns.map((column) =>
    column.type === 'float'
      ? { ...column, values: column.values.map((value) => value && Number(value)) }
      : column,
  );

describe.skipIf(!hasH5py)('gtk h5ad inspect', () => {
  test.each([
    'anndatar_100x200_nullable',
    'cxg_labels_320x143_oldcat',
    'cxg_perturb_500x2000_csr',
    'pbmc_100x32738_legacy_compound',
    'pbmc5k_200x16581_dense_lzf',
    'pbmc68k_reduced_700x765_scaled_raw',
  ])('sees in %s what h5py sees', async (name) => {
    const file = sample(`${name}.h5ad`);
    const found = await inspect(file);
    const read = dump(file);
    expect(found).toMatchObject({ path: file, cells: read.obs.index.length, genes: read.var.index.length });
    expect(found.organism ?? null).toBe(read.organism);
    const matrices = Object.entries(read.matrices).map(([name, { encoding, shape, stored, valueType }]) => ({
      ...{ name, encoding, value_type: valueType, stored_values: stored },
      ...{ rows: shape[0], columns: shape[1] },
    }));
    expect(found.matrices.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      matrices.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
    expect(found.cell_index).toEqual({ name: read.obs.indexName, values: read.obs.index.slice(0, 8) });
    expect(found.gene_index).toEqual({ name: read.var.indexName, values: read.var.index.slice(0, 8) });
    expect(byValue(found.obs)).toEqual(byValue(looks(read.obs)));
    expect(byValue(found.var)).toEqual(byValue(looks(read.var)));
    expect(found.unusable).toEqual([]);
  });

  test('foresees what a run with the same options finds', async () => {
    const file = sample('cxg_labels_320x143_oldcat.h5ad');
    const options = ['--hgnc', hgnc, '--no-age-filter', '--test-size', '0.4', '--seed', '3'];
    const { run } = await inspect(file, ...options);
    const [told] = await h5adDone(newFolder(folder), [file, ...options]);
    const { genes, facts } = told!.summary!;
    expect(run).toEqual({ genes, ages: facts.ages, split: facts.split, problems: [], not_looked_at: [] });
    expect([genes.total, facts.ages.with_age, facts.split.sides.length]).toEqual([143, 317, 2]);
  });

  test('tells why a run would fail, and which matrix cannot be read', async () => {
    writeH5ads(
      folder,
      `
with h5ad('odd.h5ad', gene_names=['ENSG%011d' % i for i in range(8)], obs={}) as file:
    file['layers/half'] = np.zeros((6, 8), 'f2')
    file['obs/embedding'] = np.zeros((6, 2))
`,
    );
    const found = await inspect('odd.h5ad');
    expect(found.run).toEqual({
      problems: [
        expect.stringMatching(/odd\.h5ad has no usable gene name: .*\. Give --hgnc FILE/),
        expect.stringMatching(/odd\.h5ad: no cell with an age; .*\. Use --no-age-filter/),
      ],
      not_looked_at: [],
    });
    expect(found.unusable).toEqual([
      { name: 'layer:half', reason: expect.stringContaining('/layers/half: found float16 values') },
    ]);
    expect(found.unreadable).toEqual([
      { name: 'embedding', encoding: expect.stringContaining('an array of shape') },
    ]);
    const other = await inspect('odd.h5ad', '--matrix', 'raw', '--no-age-filter');
    expect(other.run.problems).toEqual([
      expect.stringContaining('raw: found no such matrix, expected one of X'),
    ]);
    expect(other.run.ages).toMatchObject({ with_age: 0, without_age: 6, dropped: 0 });
  });

  test('prints the same as text, a line for each matrix and column', async () => {
    const file = sample('anndatar_100x200_nullable.h5ad');
    const found = await inspect(file);
    const { stdout, stderr } = await gtk(['h5ad', 'inspect', file, '--no-age-filter']);
    expect(stderr).toBe('');
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`${file}: 1,845,424 bytes, 100 cells, 200 genes`);
    expect(lines).toContain('  layer:dense_counts: dense int64, 100 x 200, 20,000 values stored');
    expect(lines).toContain(
      'obs, index _index: Cell000, Cell001, Cell002, Cell003, Cell004, Cell005, Cell006, Cell007',
    );
    for (const { name, type } of [...found.obs, ...found.var]) {
      expect(lines.filter((line) => line.startsWith(`  ${name}: ${type}`))).not.toEqual([]);
    }
    expect(lines).toContain('  genes  0 by HGNC, 0 by a column of symbols, 200 by the index, 0 left out');
    expect(stdout).toMatch(/^ {2}ages {3}0 cells with, 100 without$/m);
    expect(stdout).toMatch(/^ {2}split {2}train 95 cells, test 5 cells$/m);
    expect(stdout).not.toMatch(/undefined|\[object|NaN/);
  });
});

describe('gtk h5ad inspect', () => {
  test('refuses what it cannot open, and writes nothing', async () => {
    const file = testData('h5ad/not_hdf5.h5ad');
    const told = await refusal(folder, ['h5ad', 'inspect', file], 3);
    expect(told.sentence).toContain(`${file} is not an HDF5 file`);
    const lost = await refusal(folder, ['h5ad', 'inspect', 'lost.h5ad'], 2);
    expect(lost.sentence).toBe(`No such file or folder: ${path.join(folder, 'lost.h5ad')}`);
  });
});
