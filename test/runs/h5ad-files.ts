/** h5ad runs to compare: an input of many blocks, and what stands of their output. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeHdf5 } from '../formats/hdf5/h5py.js';
import { duckQuery } from '../h5ad/duck-query.js';
import { completion } from '../h5ad/read-output.js';
import { filesBelow } from '../run-gtk.js';
import { namesIn } from './run-state.js';

/** Defined for the statements of {@link writeCells}. */
const statements = `
def categorical(path, categories, codes):
    group = f.create_group(path)
    group.attrs['encoding-type'] = 'categorical'
    group.attrs['ordered'] = False
    put(path + '/categories', categories, dtype=text)
    put(path + '/codes', codes.astype('i1'))

rng = np.random.default_rng(seed)
lengths = rng.integers(0, 60, cells)
columns = np.argsort(rng.random((cells, genes), 'f4'), axis=1)
indices = columns[np.arange(genes) < lengths[:, None]]
data = rng.integers(1, 9, len(indices)).astype('f4')
if kind == 'csc':
    rows = np.repeat(np.arange(cells), lengths)
    order = np.lexsort((rows, indices))
    lengths = np.bincount(indices, minlength=genes)
    data, indices = data[order], rows[order]
starts = np.concatenate([[0], np.cumsum(lengths)])
sparse('X', kind, (cells, genes), data, indices.astype('i4'), starts)

donor = rng.integers(0, 24, cells)
frame('obs', cells, ['donor_id', 'development_stage', 'cell_type', 'tissue', 'n_counts'])
categorical('obs/donor_id', [f'donor {i}' for i in range(24)], donor)
categorical('obs/development_stage', [f'{20 + i // 4}-year-old stage' for i in range(24)], donor)
categorical('obs/cell_type', ['B cell', 'T cell', 'monocyte'], rng.integers(-1, 3, cells))
categorical('obs/tissue', ['blood', 'lung'], rng.integers(0, 2, cells))
put('obs/n_counts', rng.integers(0, 10000, cells))
frame('var', genes)
`;

/** How a file of {@link writeCells} is. */
export interface Cells {
  cells: number;
  kind?: 'csr' | 'csc';
  seed?: number;
}

/**
 * Writes a file of 300 genes, about 30 of them expressed in a cell, in a CSR matrix with the columns of a row
 * in no order unless told. The cells of 24 donors are mixed, of four ages or more; some have no type.
 */
export function writeCells(file: string, { cells, kind = 'csr', seed = 1 }: Cells): string {
  const given = `cells, genes, kind, seed = ${cells}, 300, '${kind}', ${seed}`;
  return writeHdf5(file, `${given}\n${statements}`);
}

/** A command that writes into a folder all but its logs, which stand beside it. */
export function h5adCommand(home: string, given: string, options: readonly string[] = []): string[] {
  return [
    ...[
      'h5ad',
      given,
      '--output-dir',
      path.join(home, 'output'),
      '--interim-dir',
      path.join(home, 'interim'),
    ],
    ...['--log-dir', `${home}-logs`, '--test-size', '0.25', ...options],
  ];
}

/** Size and SHA-256 of every file below a folder, without the runs' own state. */
export function contents(folder: string): Record<string, string> {
  const files = [...filesBelow(folder)].map(([name, bytes]) => {
    const found =
      path.basename(name) === 'batch_processing_summary.tsv' ? Buffer.from(untimed(String(bytes))) : bytes;
    return [name, `${found.length} ${createHash('sha256').update(found).digest('hex')}`];
  });
  return Object.fromEntries(files);
}

/** The table of all files without how long they took and what was said of them. */
function untimed(table: string): string {
  const rows = table.split('\n').map((line) => line.split('\t'));
  return rows.map(([name, status, _seconds, _clock, out]) => [name, status, out].join('\t')).join('\n');
}

/** Names of all files below a folder, the runs' own and the logs among them, that hold a text. */
export function filesWith(text: string, folder: string): string[] {
  const names = (readdirSync(folder, { recursive: true }) as string[]).sort();
  return names.filter((name) => {
    const file = path.join(folder, name);
    return name.includes(text) || (statSync(file).isFile() && readFileSync(file).includes(text));
  });
}

/**
 * The names of the datasets in a folder that say that they are complete. All files that they list are found
 * with their size, and give their rows to DuckDB, or this throws.
 */
export async function completeDatasets(folder: string): Promise<string[]> {
  const complete = namesIn(folder).filter((name) => existsSync(path.join(folder, name, '_SUCCESS.json')));
  for (const name of complete) {
    const { files } = completion(path.join(folder, name)) as {
      files: { file: string; rows: number; bytes: number }[];
    };
    if (files.length === 0) throw new Error(`${name} lists no file`);
    for (const { file, rows, bytes } of files) {
      const found = path.join(folder, name, file);
      const standing = { bytes: statSync(found).size, rows: await readRows(found) };
      if (standing.bytes !== bytes || standing.rows !== rows)
        throw new Error(`${found} has ${JSON.stringify(standing)}, not ${JSON.stringify({ bytes, rows })}`);
    }
  }
  return complete;
}

/** Has DuckDB read every value of a file; returns the number of rows. */
async function readRows(file: string): Promise<number> {
  const [found] = await duckQuery(`SELECT count(hash(t)) AS rows FROM read_parquet('${file}') AS t`);
  return Number(found!.rows);
}
