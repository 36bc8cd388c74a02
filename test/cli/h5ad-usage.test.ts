import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sides } from '../h5ad/read-output.js';
import { namesBelow, newFolder } from '../h5ad/run-h5ad.js';
import { sample } from '../h5ad/samples.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { complaint, refusal } from './refusal.js';

const folder = temporaryFolder();
const cells = sample('cxg_perturb_500x2000_csr.h5ad');
/** A name as CELLxGENE gives it, so that a table of collections is looked at. */
const published = '3f50314f-bdc9-40c6-8e4a-b0901ebfbe4c.h5ad';

beforeAll(() => {
  copyFileSync(cells, path.join(folder, 'cells.h5ad'));
  copyFileSync(cells, path.join(folder, published));
  mkdirSync(path.join(folder, 'empty'));
  mkdirSync(path.join(folder, 'lists'));
  writeFileSync(path.join(folder, 'lists/blank.txt'), '\n \n');
  mkdirSync(path.join(folder, 'two'));
  for (const name of ['a', 'b']) copyFileSync(cells, path.join(folder, `two/${name}.h5ad`));
  writeFileSync(path.join(folder, 'notes.txt'), 'name\tvalue\nx\t1\n');
});

/** A run of one dataset that fails: its status, and nothing left but its log. */
async function failure(args: string[], status: number) {
  const cwd = newFolder(folder);
  const ended = await gtk(['h5ad', '--quiet', ...args], { cwd });
  const told = complaint(ended.stderr);
  expect(ended, told.sentence).toMatchObject({ status, stdout: '' });
  expect(told.log).toEqual([]);
  const left = namesBelow(cwd).filter((name) => !name.startsWith('logs'));
  return { ...told, cwd, left };
}

describe('A wrong command line', () => {
  const share = 'a number from 0 to below 1';
  test.each([
    { args: ['--test-size', '1'], says: `--test-size: found "1", expected ${share}` },
    { args: ['--test-size', '-1'], says: `--test-size: found "-1", expected ${share}` },
    { args: ['--test-size', 'x'], says: `--test-size: found "x", expected ${share}` },
    { args: ['--chunk-size', '0'], says: '--chunk-size: found "0", expected a whole number of at least 1' },
    { args: ['--top-genes=-1'], says: '--top-genes: found "-1", expected a whole number of at least 0' },
    { args: ['--seed', '1.5'], says: '--seed: found "1.5", expected a whole number of at least 0' },
    {
      args: ['--compression', 'foo'],
      says: '--compression: found "foo", expected one of uncompressed, snappy, gzip, brotli, lz4, zstd',
    },
    {
      args: ['--max-file-size-mb', 'big'],
      says: '--max-file-size-mb: found "big", expected a number of at least 0',
    },
    { args: ['--matrix', ''], says: '--matrix: found "", expected a value' },
    { args: ['--top-gene', '5'], says: 'No such option: --top-gene; did you mean --top-genes?' },
    { args: ['more.h5ad'], says: 'Unexpected argument: more.h5ad' },
    {
      args: ['--repo-id', 'lab/cells'],
      says: '--repo-id needs a token of the hub: found neither HF_TOKEN in the environment nor --token',
    },
  ])('is refused before any work: $args', async ({ args, says }) => {
    const told = await refusal(folder, ['h5ad', 'cells.h5ad', ...args], 2, { env: { HF_TOKEN: '' } });
    expect(told).toEqual({ sentence: says, remedy: "See 'gtk h5ad --help'.", log: [] });
  });

  test.each([
    { args: ['nowhere.h5ad'], says: 'No such file or folder: %/nowhere.h5ad', status: 2 },
    { args: [], says: 'No such file or folder: %/data/input', status: 2 },
    { args: ['--input-dir', 'lost'], says: 'No such file or folder: %/lost', status: 2 },
    { args: ['empty'], says: '%/empty holds no input: found no file that ends in .h5ad', status: 3 },
    {
      args: ['notes.txt'],
      says: 'Not an h5ad file: %/notes.txt; expected a name that ends in .h5ad',
      status: 2,
    },
    {
      args: ['cells.h5ad', '--hgnc', 'lost.tsv'],
      says: 'No such file or folder: %/lost.tsv',
      status: 2,
    },
    { args: ['cells.h5ad', '--collections', 'lost'], says: 'No such file or folder: %/lost', status: 2 },
    { args: ['cells.h5ad', '--gene-lists-dir', 'lost'], says: 'No such file or folder: %/lost', status: 2 },
    {
      args: ['cells.h5ad', '--gene-lists-dir', 'empty'],
      says: '%/empty is no gene list: found no file that ends in .txt, expected one gene symbol a line',
      status: 3,
    },
  ])('names the path that does not lead to what it should: $args', async ({ args, says, status }) => {
    const told = await refusal(folder, ['h5ad', ...args], status);
    expect(told.sentence).toBe(says.replace('%', folder));
    expect(told.log).toEqual([]);
  });
});

describe('A single file that fails', () => {
  const input = (name: string) => path.join(folder, name);

  test.each([
    { what: 'no HDF5', args: () => [sample('not_hdf5.h5ad')], says: / is not an HDF5 file: found / },
    {
      what: 'no usable gene',
      args: () => [sample('zebrafish_96x10942_csr.h5ad'), '--no-age-filter'],
      says: / has no usable gene name: found 10942 genes such as ENSDARG\d{11}, expected symbols in var or Ensembl ids that HGNC knows$/,
    },
    {
      what: 'no such matrix',
      args: () => [cells, '--matrix', 'raw'],
      says: /: raw: found no such matrix, expected one of X$/,
    },
    {
      what: 'no HGNC table',
      args: () => [cells, '--hgnc', input('notes.txt')],
      says: /notes\.txt is no HGNC table: found the columns name, value, expected the columns ensembl_gene_id and symbol$/,
    },
    {
      what: 'no collections',
      args: () => [input(published), '--collections', input('notes.txt')],
      says: /notes\.txt is no table of collections: found the columns name, value, expected dataset_id, /,
    },
    {
      what: 'a gene list without a gene',
      args: () => [cells, '--gene-lists-dir', input('lists')],
      says: /lists\/blank\.txt is no gene list: found no symbol, expected one gene symbol a line$/,
    },
    {
      what: 'a folder for a table',
      args: () => [cells, '--hgnc', input('two')],
      says: /two cannot be read: it is a folder$/,
    },
  ])('ends with the status of bad input and leaves only its log: $what', async ({ args, says }) => {
    const told = await failure(args(), 3);
    expect(told.sentence).toMatch(says);
    expect(told.left).toEqual([]);
  });

  test('for want of ages goes well with --no-age-filter', async () => {
    const file = sample('cxg_valid_320x136_i64_raw.h5ad');
    const told = await failure([file], 3);
    expect(told.sentence).toMatch(
      /: no cell with an age; found .* as development_stage, expected labels such as /,
    );
    expect(told.remedy).toBe('Use --no-age-filter to keep cells without an age.');
    expect(told.left).toEqual([]);
    const ended = await gtk(['h5ad', file, '--no-age-filter', '--quiet'], { cwd: told.cwd });
    expect(ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const { train, test } = await sides(path.join(told.cwd, 'data/output/cxg_valid_320x136_i64_raw'));
    expect(train.length + test.length).toBe(320);
  });

  test('since it is a pipe is not waited for', async () => {
    const pipe = path.join(folder, 'pipe.h5ad');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const told = await failure([pipe], 3);
    expect(told.sentence).toBe(`${pipe} cannot be read: it is a pipe or a device, expected a file`);
    const looked = await refusal(folder, ['h5ad', 'inspect', 'pipe.h5ad'], 3);
    expect(looked.sentence).toBe(told.sentence);
  });
});

describe('A place that cannot be written', () => {
  const file = path.join(folder, 'notes.txt');
  test.each([
    { what: 'output folder', args: ['--output-dir', file], place: path.join(file, 'cells') },
    { what: 'folder of logs', args: ['--log-dir', file], place: path.join(file, 'cells') },
    {
      what: 'interim folder',
      args: ['--keep-interim', '--interim-dir', file],
      place: path.join(file, 'parquet_chunks'),
    },
    { what: 'table', args: ['--output-dir', file], place: path.join(file, 'batch_'), input: 'two' },
  ])('is named, and the status is that of the environment: $what', async ({ args, place, input }) => {
    const told = await failure([path.join(folder, input ?? 'cells.h5ad'), ...args], 4);
    expect(told.sentence.startsWith(place), told.sentence).toBe(true);
    expect(told.sentence).toMatch(/^\S+ cannot be written: ENOTDIR/);
    expect(told.left.filter((name) => name.endsWith('.parquet'))).toEqual(
      told.left.filter((name) => name.includes('.gtk/staged') && name.endsWith('.parquet')),
    );
    expect(existsSync(path.join(told.cwd, 'data/output/cells/_SUCCESS.json'))).toBe(false);
  });
});
