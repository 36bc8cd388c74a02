import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FastRows } from '../../../src/formats/anndata/fast-rows.js';
import type { SparseRows } from '../../../src/formats/anndata/matrix.js';
import { openAnnData } from '../../../src/formats/anndata/open.js';
import { sample } from '../../h5ad/samples.js';

/** The matrices of real files that are compressed by row, and whether they are of the usual form. */
const matrices = [
  ['cxg_perturb_500x2000_csr', 'X', true],
  ['cxg_labels_320x143_oldcat', 'X', true],
  ['cxg_valid_320x136_i64_raw', 'raw', true],
  ['pbmc68k_reduced_700x765_scaled_raw', 'raw', true],
  ['scimilarity_1000x1000_lognorm_layers', 'layer:counts', true],
  ['zebrafish_96x10942_csr', 'X', true],
  ['pbmc_100x32738_legacy_compound', 'X', true],
  ['scp_mouse_150x123_ensmusg', 'X', true],
  ['anndata078_30x20_csr_lzf', 'X', false],
] as const;

async function open(file: string, name: string) {
  const opened = await openAnnData(sample(`${file}.h5ad`));
  const { matrix } = opened.matrix(name);
  if (matrix.encoding !== 'csr') throw new Error(`${name} of ${file} is ${matrix.encoding}`);
  return { opened, matrix, fast: FastRows.open(opened.path, matrix) };
}

/** Compares bytes: going through a million numbers one by one would take minutes. */
function expectSame(found: SparseRows | undefined, expected: SparseRows): void {
  for (const name of ['rowStarts', 'columns', 'values'] as const) {
    const [a, b] = [found![name], expected[name]];
    expect([a.constructor, a.length]).toEqual([b.constructor, b.length]);
    const bytes = (array: typeof a) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
    expect(bytes(a).equals(bytes(b)), name).toBe(true);
  }
}

describe('Rows read without the library', () => {
  test.each(matrices.filter(([, , usual]) => usual))(
    'of %s, %s, are those of the library',
    async (file, name) => {
      const { opened, matrix, fast } = await open(file, name);
      expect(fast).toBeDefined();
      expectSame(fast!.readRows(0, matrix.rows), matrix.readRows(0, matrix.rows));
      // In any order, since the last chunk of one range is kept for the next.
      const range = fc
        .tuple(fc.nat(matrix.rows), fc.nat(matrix.rows))
        .map((ends) => ends.sort((a, b) => a - b));
      fc.assert(
        fc.property(range, ([start, end]) => {
          expectSame(fast!.readRows(start!, end!), matrix.readRows(start!, end!));
        }),
        { numRuns: 30 },
      );
      fast!.close();
      opened.close();
    },
  );

  test.each(matrices.filter(([, , usual]) => !usual))(
    'of %s, %s, are left to the library',
    async (file, name) => {
      const { opened, fast } = await open(file, name);
      expect(fast).toBeUndefined();
      opened.close();
    },
  );
});
