import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasH5py } from '../formats/hdf5/h5py.js';
import { type Row, sides } from '../h5ad/read-output.js';
import { sample } from '../h5ad/samples.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { contents, writeCells } from './h5ad-files.js';
import { namesIn } from './run-state.js';

const folder = temporaryFolder();
/** Always the same paths, since report and table name them. */
const input = path.join(folder, 'input');
const small = path.join(folder, 'small');
const output = path.join(folder, 'output');
const nullable = sample('anndatar_100x200_nullable.h5ad');

interface Variant {
  options?: string[];
  env?: Record<string, string>;
}

/** Runs gtk in an empty output folder; returns the contents of what it leaves there. */
async function run(given: string, { options = [], env }: Variant = {}): Promise<Record<string, string>> {
  rmSync(output, { recursive: true, force: true });
  const folders = ['--output-dir', output, '--log-dir', path.join(folder, 'logs')];
  const fixed = ['--no-age-filter', '--test-size', '0.25', '--report', '--quiet'];
  const ended = await gtk(['h5ad', given, ...folders, ...fixed, ...options], { env });
  expect(ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
  return contents(output);
}

/** All rows of all datasets of the output, in their order. */
async function rows(): Promise<Record<string, Record<string, Row[]>>> {
  const found: Record<string, Record<string, Row[]>> = {};
  for (const name of namesIn(output).filter((name) => !name.endsWith('.tsv'))) {
    const { train, test } = await sides(path.join(output, name));
    found[name] = { train, test };
  }
  return found;
}

/** Sparse and in no order, dense with LZF, and of before AnnData 0.7. */
const samples = ['cxg_perturb_500x2000_csr', 'pbmc5k_200x16581_dense_lzf', 'pbmc_100x32738_legacy_compound'];
const layer = ['--matrix', 'layer:csc_counts'];

/** Twelve thousand cells are five blocks, which stored by column are one task of one worker. */
const ofManyBlocks = { cells: 12_000 };

const variants: [string, Variant][] = [
  ['two workers', { options: ['--workers', '2'] }],
  ['four workers', { options: ['--workers', '4'] }],
  ['one worker again', { options: ['--workers', '1'] }],
  ['the reference kernels', { options: ['--workers', '2'], env: { GTK_KERNELS: 'reference' } }],
];

beforeAll(() => {
  for (const name of samples) {
    for (const into of [input, small]) {
      mkdirSync(into, { recursive: true });
      copyFileSync(sample(`${name}.h5ad`), path.join(into, `${name}.h5ad`));
    }
  }
  if (!hasH5py) return;
  writeCells(path.join(input, 'blocks_by_cell.h5ad'), ofManyBlocks);
  writeCells(path.join(input, 'blocks_by_gene.h5ad'), { ...ofManyBlocks, kind: 'csc', seed: 2 });
});

describe('with samples of all kinds and files of many blocks', () => {
  let expected: Record<string, string>;
  beforeAll(async () => {
    expected = await run(input, { options: ['--workers', '1', '--chunk-size', '2000'] });
  });

  it('writes four files or more of each, and a table', () => {
    const names = Object.keys(expected);
    expect(names).toContain('batch_processing_summary.tsv');
    for (const name of namesIn(input)) {
      const own = names.filter((file) => file.startsWith(`${path.basename(name, '.h5ad')}/`));
      expect(own.length, name).toBeGreaterThanOrEqual(name.startsWith('blocks') ? 2 + 6 : 2 + 1);
    }
  });

  it.each(variants)('writes the same bytes with %s', async (_, { options = [], env }) => {
    expect(await run(input, { options: [...options, '--chunk-size', '2000'], env })).toEqual(expected);
  });

  it('writes the same bytes over a finished run', async () => {
    const again = ['h5ad', input, '--output-dir', output, '--log-dir', path.join(folder, 'logs'), '--quiet'];
    const fixed = ['--no-age-filter', '--test-size', '0.25', '--report', '--chunk-size', '2000'];
    for (const options of [['--fresh'], []]) {
      expect(await gtk([...again, ...fixed, ...options])).toMatchObject({ status: 0 });
      expect(contents(output)).toEqual(expected);
    }
  });
});
