import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GtkError } from '../../../src/errors.js';
import type { FrameColumn } from '../../../src/formats/anndata/frame.js';
import { openAnnData } from '../../../src/formats/anndata/open.js';
import { sample } from '../../h5ad/samples.js';
import { temporaryFolder } from '../../run-gtk.js';

const folder = temporaryFolder();
/** Small ones of every layout: sparse and dense, groups and compound, gzip and LZF. */
const samples = [
  'scp_mouse_150x123_ensmusg.h5ad',
  'anndata078_30x20_csr_lzf.h5ad',
  'pbmc_100x100_nan_legacy.h5ad',
  'scp_mouse_238x187_dense_oldcat.h5ad',
].map((name) => readFileSync(sample(name)));

/** A place in a file, as a share of its length. */
const share = fc.nat(999_999).map((millionths) => millionths / 1e6);

const rowsOf = (column: FrameColumn) => (column.type === 'categorical' ? column.codes : column.values).length;

/** Reads everything; @returns 'read', having checked that lengths agree, or the code of the error. */
async function readAll(bytes: Buffer): Promise<string> {
  const file = path.join(folder, 'damaged.h5ad');
  writeFileSync(file, bytes);
  try {
    const opened = await openAnnData(file);
    try {
      for (const name of opened.matrices) {
        const { matrix, genes } = opened.matrix(name);
        const { rowStarts, columns, values } = matrix.readRows(0, matrix.rows);
        expect([matrix.rows, matrix.columns]).toEqual([opened.cells, genes.rows]);
        expect([rowStarts.length, rowStarts[matrix.rows]]).toEqual([matrix.rows + 1, values.length]);
        expect(columns.length).toBe(values.length);
        expect(columns.every((column) => column >= 0 && column < matrix.columns)).toBe(true);
      }
      for (const frame of [opened.obs, opened.var]) {
        expect(frame.readIndex().length).toBe(frame.rows);
        for (const { name } of frame.columns) expect(rowsOf(frame.read(name))).toBe(frame.rows);
      }
    } finally {
      opened.close();
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof GtkError)) throw error;
    expect(error.message.length).toBeLessThan(file.length + 400);
    return error.code;
  }
}

it('a file that is cut anywhere is refused', async () => {
  const cut = fc.tuple(fc.constantFrom(...samples), share);
  await fc.assert(
    fc.asyncProperty(cut, async ([bytes, share]) => {
      const outcome = await readAll(bytes.subarray(0, Math.floor(share * bytes.length)));
      expect(['GTK_HDF5_DAMAGED', 'GTK_NOT_HDF5']).toContain(outcome);
    }),
    { numRuns: 40, unbiased: true },
  );
});

it('a file with a hole of zeros is refused, or read to the right number of values', async () => {
  const hole = fc.tuple(share, fc.constantFrom(64, 512, 4096));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...samples), hole, async (bytes, [at, length]) => {
      const start = Math.floor(at * bytes.length);
      await readAll(Buffer.from(bytes).fill(0, start, Math.min(bytes.length, start + length)));
    }),
    { numRuns: 60, unbiased: true },
  );
});

it('a file with any bytes changed is refused, or read to the right number of values', async () => {
  // Most of what tells the layout is near the beginning.
  const place = fc.oneof(
    share,
    share.map((x) => x ** 3),
  );
  const changes = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 8 });
  const outcomes = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...samples), changes, async (bytes, changed) => {
      const damaged = Buffer.from(bytes);
      for (const [at, value] of changed) damaged[Math.floor(at * bytes.length)] = value;
      const outcome = await readAll(damaged);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }),
    { numRuns: 80, unbiased: true },
  );
  expect(outcomes.get('read')).toBeGreaterThan(0);
  expect(outcomes.get('GTK_HDF5_DAMAGED')).toBeGreaterThan(0);
});
