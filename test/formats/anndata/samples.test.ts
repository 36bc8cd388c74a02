import { readdirSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrameColumn } from '../../../src/formats/anndata/frame.js';
import type { SparseRows } from '../../../src/formats/anndata/matrix.js';
import { type AnnData, type Frame, openAnnData } from '../../../src/formats/anndata/open.js';
import { sample } from '../../h5ad/samples.js';
import { testData } from '../../run-gtk.js';
import { hasH5py } from '../hdf5/h5py.js';
import { type Dump, type DumpedColumn, type DumpedFrame, dump } from './dump.js';

const names = readdirSync(testData('h5ad'))
  .filter((name) => /\.h5ad(\.br)?$/.test(name))
  .map((name) => name.replace(/\.br$/, ''))
  .filter((name) => name !== 'not_hdf5.h5ad');

/** A column in the form of the dump. */
function dumped(name: string, column: FrameColumn): DumpedColumn {
  if (column.type === 'categorical') {
    return { name, type: column.type, categories: column.categories, codes: [...column.codes] };
  }
  const { type } = column;
  if (type === 'text') return { name, type, values: column.values };
  if (type === 'float') return { name, type, values: Array.from(column.values, String) };
  const { validity } = column;
  const values = Array.from<number | bigint, string | boolean | null>(column.values, (value, i) => {
    if (validity && !((validity[i >> 3]! >> (i & 7)) & 1)) return null;
    return type === 'boolean' ? value === 1 : String(value);
  });
  return { name, type, values };
}

/** The dump's floats as JavaScript prints the same numbers. */
function respelled(columns: DumpedColumn[]): DumpedColumn[] {
  return columns.map((column) =>
    column.type === 'float'
      ? { ...column, values: column.values.map((value) => String(Number(value))) }
      : column,
  );
}

function expectFrame(frame: Frame, expected: DumpedFrame): void {
  expect(frame.indexName).toBe(expected.indexName);
  expect(frame.readIndex()).toEqual(expected.index);
  expect(frame.columns.map(({ name, type }) => `${name}: ${type}`)).toEqual(
    expected.columns.map(({ name, type }) => `${name}: ${type}`),
  );
  expect(frame.unreadable).toEqual([]);
  const columns = frame.columns.map(({ name }) => dumped(name, frame.read(name)));
  expect(columns).toEqual(respelled(expected.columns));
}

function rowSums({ rowStarts, columns, values }: SparseRows): number[] {
  return Array.from(rowStarts.subarray(1), (end, row) => {
    const start = rowStarts[row]!;
    const ofColumns = crc32(Buffer.from(columns.slice(start, end).buffer));
    return crc32(Buffer.from(Float64Array.from(values.subarray(start, end)).buffer), ofColumns);
  });
}

it('there are samples', () => expect(names.length).toBe(15));

describe.skipIf(!hasH5py).each(names)('%s agrees with h5py', (name) => {
  let file: AnnData;
  let expected: Dump;

  beforeAll(async () => {
    file = await openAnnData(sample(name));
    expected = dump(sample(name));
  });
  afterAll(() => file.close());

  it('in obs, var and raw/var', () => {
    expect(file.cells).toBe(expected.obs.index.length);
    expect(file.cells).toBeGreaterThan(0);
    expectFrame(file.obs, expected.obs);
    expectFrame(file.var, expected.var);
    expect(file.rawVar === undefined).toBe(expected.rawVar === null);
    if (expected.rawVar) expectFrame(file.rawVar!, expected.rawVar);
    expect(file.organism).toBe(expected.organism ?? undefined);
  });

  it('in every value of every matrix', () => {
    expect(file.matrices).toEqual(Object.keys(expected.matrices));
    for (const of of file.matrices) {
      const { matrix, genes } = file.matrix(of);
      const { shape, sum, rowLengths, rowSums: sums, ...facts } = expected.matrices[of]!;
      expect([matrix.rows, matrix.columns]).toEqual(shape);
      expect(genes.rows).toBe(shape[1]);
      expect({ encoding: matrix.encoding, stored: matrix.stored, valueType: matrix.valueType }).toEqual(
        facts,
      );
      const rows = matrix.readRows(0, matrix.rows);
      expect(Array.from(rows.rowStarts.subarray(1), (end, i) => end - rows.rowStarts[i]!)).toEqual(
        rowLengths,
      );
      expect(rowSums(rows)).toEqual(sums);
      const total = Float64Array.from(rows.values).reduce((so, value) => so + value, 0);
      if (!Number.isNaN(Number(sum))) expect(total / Number(sum)).toBeCloseTo(1, 8);
    }
  });

  it('in any range of rows', () => {
    const cuts = [0, 1, Math.floor(file.cells / 3), file.cells - 1, file.cells];
    for (const of of file.matrices) {
      const { matrix } = file.matrix(of);
      const parts = cuts.slice(1).map((end, i) => rowSums(matrix.readRows(cuts[i]!, end)));
      expect(parts.flat()).toEqual(expected.matrices[of]!.rowSums);
    }
    for (const { name: column } of file.obs.columns) {
      const whole = dumped(column, file.obs.read(column));
      const parts = cuts.slice(1).map((end, i) => dumped(column, file.obs.read(column, cuts[i], end)));
      const values = (of: DumpedColumn) => (of.type === 'categorical' ? of.codes : of.values);
      expect(parts.flatMap<unknown>(values)).toEqual(values(whole));
    }
    expect(cuts.slice(1).flatMap((end, i) => file.obs.readIndex(cuts[i], end))).toEqual(expected.obs.index);
  });
});
