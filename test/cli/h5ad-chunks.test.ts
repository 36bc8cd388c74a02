import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import polars from 'nodejs-polars';
import { beforeAll, describe, expect, test } from 'vitest';
import { oracleCells } from '../agreement/h5ad-oracle.js';
import { duckQuery } from '../h5ad/duck-query.js';
import { hasH5py, writeH5ads } from '../h5ad/h5ad-files.js';
import { chunkPaths, duckRows, type Row, sides } from '../h5ad/read-output.js';
import { h5adDone, newFolder } from '../h5ad/run-h5ad.js';
import { sample } from '../h5ad/samples.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const GENES = 40;

/** Two files, and the cells of each with donor and whole sentence. */
const statements = `
import json
expected = {}
for name, cells, genes in [('small', 53, ${GENES}), ('long', 6100, 6)]:
    x = counts(cells, genes)
    x[7] = 0
    names = [f'G{i + 1}' for i in range(genes)]
    donors = [f'd{i % 10}' for i in range(cells)]
    obs = {'donor_id': donors, 'development_stage': categorical(['9-day-old stage'] * cells)}
    h5ad(name + '.h5ad', cells, genes, obs, x=x, compression='gzip').close()
    expected[name] = [[f'cell{i}', donors[i], sentence(x[i], names)] for i in range(cells)]
json.dump(expected, open('expected.json', 'w'))
`;

type Cell = [name: string, donor: string, sentence: string];
let expected: Record<'small' | 'long', Cell[]>;

beforeAll(() => {
  if (!hasH5py) return;
  writeH5ads(folder, statements);
  expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'));
});

/** The output of a run on a file in a folder of its own. */
async function outputOf(file: string, ...args: string[]): Promise<string> {
  const cwd = newFolder(folder);
  await h5adDone(cwd, [file, ...args]);
  return path.join(cwd, 'data/output', path.basename(file, '.h5ad'));
}
const made = (name: string) => path.join(folder, `${name}.h5ad`);

const cellsOf = (rows: Row[]) => rows.map((row) => [row.cell_id, row.donor_id, row.cell_sentence]);

/** Rows of each file of a folder, whose names must be the numbers from 0 on. */
async function rowsOfChunks(chunks: string): Promise<Row[][]> {
  const files = chunkPaths(chunks);
  expect(files.map((file) => path.basename(file))).toEqual(
    files.map((_, i) => `chunk_${String(i).padStart(4, '0')}.parquet`),
  );
  return Promise.all(files.map((file) => duckRows([file])));
}

/** Sizes of the files where so many rows are cut after every `size`. */
const cut = (rows: number, size: number) =>
  Array.from({ length: Math.ceil(rows / size) }, (_, i) => Math.min(size, rows - i * size));

describe.skipIf(!hasH5py)('Chunks', () => {
  test.each([
    { name: 'small', size: 10 },
    { name: 'long', size: 1300 },
    { name: 'long', size: 5999 },
  ] as const)(
    'of $name hold $size cells each but the last, in the order of the file',
    async ({ name, size }) => {
      const out = await outputOf(made(name), '--chunk-size', String(size), '--skip-train-test-split');
      const chunks = await rowsOfChunks(path.join(out, 'chunks'));
      expect(chunks.map((rows) => rows.length)).toEqual(cut(expected[name].length, size));
      expect(cellsOf(chunks.flat())).toEqual(expected[name]);
    },
  );

  test('of train and of test do so each for itself', async () => {
    const out = await outputOf(made('long'), '--chunk-size', '900', '--test-size', '0.3');
    const cells = new Map(expected.long.map((cell) => [cell[0], cell]));
    for (const [side, donors] of [
      ['train', 7],
      ['test', 3],
    ] as const) {
      const chunks = await rowsOfChunks(path.join(out, side, 'chunks'));
      expect(chunks.map((rows) => rows.length)).toEqual(cut(donors * 610, 900));
      const found = cellsOf(chunks.flat());
      const numbers = found.map(([name]) => Number(String(name).slice('cell'.length)));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      for (const cell of found) expect(cell).toEqual(cells.get(cell[0] as string));
      expect(new Set(found.map(([, donor]) => donor)).size).toBe(donors);
    }
  });
});

describe.skipIf(!hasH5py)('--compression and --top-genes', () => {
  test.each([
    { codec: 'uncompressed', name: 'UNCOMPRESSED', top: 0 },
    { codec: 'snappy', name: 'SNAPPY', top: 1 },
    { codec: 'gzip', name: 'GZIP', top: 5 },
    { codec: 'brotli', name: 'BROTLI', top: 2 },
    { codec: 'lz4', name: 'LZ4_RAW', top: 2000 },
    { codec: 'zstd', name: 'ZSTD', top: 17 },
  ])('$codec and $top give pages and sentences that DuckDB and polars read', async ({ codec, name, top }) => {
    const options = ['--compression', codec, '--top-genes', String(top)];
    const out = await outputOf(made('small'), ...options, '--skip-train-test-split');
    const [file] = chunkPaths(path.join(out, 'chunks')) as [string];
    const columns = await duckQuery(`SELECT DISTINCT compression FROM parquet_metadata('${file}')`);
    expect(columns).toEqual([{ compression: name }]);
    // The first so many genes, or all; the cell in which nothing is expressed has an empty sentence, and no null.
    const first = (sentence: string) =>
      sentence
        .split(' ')
        .slice(0, top || GENES)
        .join(' ');
    const cells = expected.small.map(([cell, donor, sentence]) => [cell, donor, first(sentence)]);
    expect(cells[7]![2]).toBe('');
    expect(cellsOf(await duckRows([file]))).toEqual(cells);
    expect(cellsOf(polars.readParquet(file).toRecords())).toEqual(cells);
  });
});

describe.skipIf(!hasH5py)('--gene-lists-dir', () => {
  test('adds the members of each list in the order of the whole sentence, before it is cut', async () => {
    const file = sample('cxg_perturb_500x2000_csr.h5ad');
    const whole = oracleCells(file, ['--top', '0']).map(({ sentence }) => sentence.split(' '));
    const often = [...new Set(whole.flat())].sort();
    const lists = {
      every_third: often.filter((_, i) => i % 3 === 0),
      none: ['NOT-A-GENE', often[0]!.toLowerCase()],
      'short list': [often[1]!, often[4]!],
    };
    const cwd = newFolder(folder);
    mkdirSync(path.join(cwd, 'lists'));
    const save = (name: string, content: string) => writeFileSync(path.join(cwd, 'lists', name), content);
    save('short list.txt', `\r\n${lists['short list'].join('\r\n')}`);
    save('every_third.txt', `\ufeff${lists.every_third.map((gene) => `  ${gene}\t`).join('\n\n')}\n`);
    save('none.txt', `${lists.none.join('\n')}\n`);
    save('README.md', 'no list');
    save('.hidden.txt', 'no list');
    await h5adDone(cwd, [file, '--gene-lists-dir', 'lists', '--top-genes', '3']);
    const { train } = await sides(path.join(cwd, 'data/output/cxg_perturb_500x2000_csr'));
    expect(Object.keys(train[0]!).slice(0, 6)).toEqual([
      ...['cell_id', 'cell_sentence', 'age'],
      ...Object.keys(lists).map((name) => `gene_sentence_${name}`),
    ]);
    expect(train.map((row) => row.cell_sentence)).toEqual(whole.map((genes) => genes.slice(0, 3).join(' ')));
    for (const [name, members] of Object.entries(lists)) {
      const wanted = new Set(members);
      expect(train.map((row) => row[`gene_sentence_${name}`])).toEqual(
        whole.map((genes) => genes.filter((gene) => wanted.has(gene)).join(' ')),
      );
    }
  });
});
