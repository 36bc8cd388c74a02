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
/** Always the same path, since the table of all files names it. */
const output = path.join(folder, 'output');

interface Variant {
  options?: string[];
  env?: Record<string, string>;
}

/** Runs gtk on a file or a folder, over whatever stands in `output`; returns what then stands there. */
async function run(given: string, { options = [], env }: Variant = {}): Promise<Record<string, string>> {
  const folders = ['--output-dir', output, '--log-dir', path.join(folder, 'logs')];
  const fixed = ['--no-age-filter', '--test-size', '0.25', '--report', '--quiet'];
  const ended = await gtk(['h5ad', given, ...folders, ...fixed, ...options], { env });
  expect(ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
  return contents(output);
}

/** All rows of all datasets of the output, in their order. */
async function rows(): Promise<Record<string, { train: Row[]; test: Row[] }>> {
  const found: Record<string, { train: Row[]; test: Row[] }> = {};
  for (const name of namesIn(output).filter((name) => !name.endsWith('.tsv'))) {
    found[name] = await sides(path.join(output, name));
  }
  return found;
}

interface Subject {
  what: string;
  /** The file, or the folder of files. */
  given: string;
  options: string[];
  /** Cells of all files. */
  cells: number;
  /** Cells in a chunk of the output, where the bytes are compared. */
  chunkSize: number;
  /** Chunks that these make. */
  chunks: number;
  /** Others, with which the rows are compared. */
  chunkSizes: number[];
}

const inFolder = (name: string) => path.join(folder, name);

const ofSamples: Subject[] = [
  {
    what: 'files whose rows are in no order, dense with LZF, and of before AnnData 0.7',
    given: inFolder('samples'),
    options: [],
    cells: 500 + 200 + 100,
    chunkSize: 60,
    chunks: 9 + 4 + 3,
    chunkSizes: [1, 7, 10_000],
  },
  {
    what: 'a layer that is stored by column',
    given: sample('anndatar_100x200_nullable.h5ad'),
    options: ['--matrix', 'layer:csc_counts'],
    cells: 100,
    chunkSize: 60,
    chunks: 3,
    chunkSizes: [7, 10_000],
  },
];

// Twelve thousand cells are five blocks: a task each, or, where they are stored by column, few tasks of several.
const ofManyBlocks: Subject[] = [
  {
    what: 'many blocks',
    given: inFolder('by_cell.h5ad'),
    options: [],
    cells: 12_000,
    chunkSize: 2000,
    chunks: 7,
    chunkSizes: [701, 10_000],
  },
  {
    what: 'many blocks that are stored by column',
    given: inFolder('by_gene.h5ad'),
    options: [],
    cells: 12_000,
    chunkSize: 2000,
    chunks: 7,
    chunkSizes: [701],
  },
];

beforeAll(() => {
  mkdirSync(inFolder('samples'));
  for (const name of [
    'cxg_perturb_500x2000_csr',
    'pbmc5k_200x16581_dense_lzf',
    'pbmc_100x32738_legacy_compound',
  ]) {
    copyFileSync(sample(`${name}.h5ad`), path.join(inFolder('samples'), `${name}.h5ad`));
  }
  if (!hasH5py) return;
  writeCells(inFolder('by_cell.h5ad'), { cells: 12_000 });
  writeCells(inFolder('by_gene.h5ad'), { cells: 12_000, kind: 'csc', seed: 2 });
});

const variants: [string, Variant][] = [
  ['two workers', { options: ['--workers', '2'] }],
  ['four workers', { options: ['--workers', '4'] }],
  ['the reference kernels', { options: ['--workers', '2'], env: { GTK_KERNELS: 'reference' } }],
];

describe.each([...ofSamples, ...(hasH5py ? ofManyBlocks : [])])('with $what', (subject) => {
  const { given, cells, chunks, chunkSizes } = subject;
  const options = [...subject.options, '--chunk-size', String(subject.chunkSize)];
  let expected: Record<string, string>;
  beforeAll(async () => {
    rmSync(output, { recursive: true, force: true });
    expected = await run(given, { options: [...options, '--workers', '1'] });
  });

  it('writes all chunks', () => {
    expect(Object.keys(expected).filter((name) => name.endsWith('.parquet'))).toHaveLength(chunks);
  });

  it('has the same bytes when the command is given again', async () => {
    expect(await run(given, { options })).toEqual(expected);
  });

  it.each(variants)('writes the same bytes with %s', async (_, { options: more = [], env }) => {
    expect(await run(given, { options: [...options, ...more, '--fresh'], env })).toEqual(expected);
  });

  it(`writes the same rows into chunks of ${chunkSizes.join(', ')}`, async () => {
    const before = await rows();
    const all = Object.values(before).flatMap(({ train, test }) => [...train, ...test]);
    expect(all).toHaveLength(cells);
    for (const size of chunkSizes) {
      await run(given, { options: [...subject.options, '--chunk-size', String(size), '--fresh'] });
      expect(await rows(), `${size}`).toEqual(before);
    }
  });
});
