/** Sentences and ages of real files against an independent reading of them with h5py and numpy. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sides } from '../h5ad/read-output.js';
import { sample } from '../h5ad/samples.js';
import { gtk, temporaryFolder, testData } from '../run-gtk.js';
import { hasH5py, oracleCells } from './h5ad-oracle.js';

const folder = temporaryFolder();
const hgnc = testData('hgnc/hgnc_complete_set.tsv.gz');

interface Case {
  file: string;
  /** For both programs. */
  matrix?: string;
  hgnc?: true;
  top?: number;
  cells: number;
}

const cases: Case[] = [
  { file: 'cxg_perturb_500x2000_csr', cells: 500 },
  { file: 'cxg_perturb_500x2000_csr', hgnc: true, top: 100, cells: 500 },
  { file: 'cxg_labels_320x143_oldcat', cells: 320 },
  { file: 'cxg_valid_320x136_i64_raw', hgnc: true, cells: 320 },
  { file: 'cxg_valid_320x136_i64_raw', matrix: 'raw', hgnc: true, cells: 320 },
  { file: 'cxg_valid_320x136_explicit_zeros', hgnc: true, cells: 320 },
  { file: 'pbmc68k_reduced_700x765_scaled_raw', cells: 700 },
  { file: 'pbmc68k_reduced_700x765_scaled_raw', matrix: 'raw', cells: 700 },
  { file: 'scimilarity_1000x1000_lognorm_layers', cells: 1000 },
  { file: 'scimilarity_1000x1000_lognorm_layers', matrix: 'layer:counts', cells: 1000 },
  { file: 'pbmc_100x32738_legacy_compound', cells: 100 },
  { file: 'pbmc5k_200x16581_dense_lzf', cells: 200 },
  { file: 'pbmc5k_200x16581_dense_lzf', top: 0, cells: 200 },
  { file: 'scp_mouse_238x187_dense_oldcat', cells: 238 },
  { file: 'scp_mouse_150x123_ensmusg', cells: 150 },
  { file: 'pbmc_100x100_nan_legacy', cells: 100 },
  { file: 'pancreas_669x296_dense_gzip', cells: 669 },
  { file: 'pancreas_669x296_dense_gzip', matrix: 'layer:logcounts', cells: 669 },
  { file: 'anndatar_100x200_nullable', cells: 100 },
  { file: 'anndatar_100x200_nullable', matrix: 'layer:csc_counts', cells: 100 },
  { file: 'anndatar_100x200_nullable', matrix: 'layer:dense_X', cells: 100 },
  { file: 'anndata078_30x20_csr_lzf', cells: 30 },
];

describe.skipIf(!hasH5py())('Cell sentences and ages', () => {
  test.each(cases)('of $file are those of h5py: matrix $matrix, HGNC $hgnc, top $top', async (subject) => {
    const file = sample(`${subject.file}.h5ad`);
    const { matrix = 'X', top = 2000 } = subject;
    const symbols = subject.hgnc ? ['--hgnc', hgnc] : [];
    const out = path.join(folder, 'out');
    const ended = await gtk([
      ...[
        'h5ad',
        file,
        '--output-dir',
        out,
        '--log-dir',
        path.join(folder, 'logs'),
        '--no-age-filter',
        '--fresh',
      ],
      ...[
        '--skip-train-test-split',
        '--matrix',
        matrix,
        '--top-genes',
        String(top),
        '--json',
        '--quiet',
        ...symbols,
      ],
    ]);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const expected = oracleCells(file, ['--matrix', matrix, '--top', String(top), ...symbols]);
    expect(expected).toHaveLength(subject.cells);
    const { all } = await sides(path.join(out, subject.file));
    expect(all.map((row) => row.cell_id)).toEqual(expected.map(({ index }) => index));
    expect(all.map((row) => row.cell_sentence)).toEqual(expected.map(({ sentence }) => sentence));
    expect(all.map((row) => row.age)).toEqual(expected.map(({ age }) => age));
    const summary = JSON.parse(ended.stdout).datasets[0].summary;
    const expressed = expected.map((cell) => cell.n_expressed);
    expect(summary.expressed).toEqual({
      min: Math.min(...expressed),
      sum: expressed.reduce((a, b) => a + b, 0),
      max: Math.max(...expressed),
    });
  });
});
