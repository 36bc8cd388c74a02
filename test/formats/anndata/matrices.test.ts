import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Matrix, SparseRows } from '../../../src/formats/anndata/matrix.js';
import { type AnnData, openAnnData } from '../../../src/formats/anndata/open.js';
import { temporaryFolder } from '../../run-gtk.js';
import { hasH5py, writeHdf5 } from '../hdf5/h5py.js';

const folder = temporaryFolder();

/** Each row as pairs of column and value, by column. */
function pairs({ rowStarts, columns, values }: SparseRows): [number, number][][] {
  return Array.from(rowStarts.subarray(1), (end, row) =>
    Array.from(columns.subarray(rowStarts[row], end), (column, i): [number, number] => [
      column,
      values[rowStarts[row]! + i]!,
    ]).sort(([a], [b]) => a - b),
  );
}

/** Whether two arrays have the same bytes; what vitest does with millions of values takes a minute. */
function isSame(one: ArrayBufferView, other: ArrayBufferView): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return one.constructor === other.constructor && bytes(one).equals(bytes(other));
}

describe.skipIf(!hasH5py)('one matrix in every form', () => {
  const [rows, columns] = [23, 17];
  const types = ['f4', '>f8', 'i4', 'u2', 'i8', 'u8', 'i1'];
  let file: AnnData;

  beforeAll(async () => {
    const statements = `
rows, columns = ${rows}, ${columns}
frame('obs', rows); frame('var', columns)
random = np.random.default_rng(1)
values = random.integers(1, 100, (rows, columns)) * (random.random((rows, columns)) < 0.3)
values[5] = 0; values[:, 3] = 0; values[0] = 0; values[-1] = 0
put('X', values.astype('f8'))
def vectors(by):
    major, minor = np.nonzero(by)
    return by[major, minor], minor, np.concatenate([[0], np.cumsum(np.bincount(major, minlength=len(by)))])
for type in ${JSON.stringify(types)}:
    for index in ['i4', 'i8', 'u4', '>i8']:
        for kind, by in [('csr', values), ('csc', values.T)]:
            data, indices, indptr = vectors(by)
            # Chunks of different lengths, neither of which divides the other.
            sparse(f'layers/{kind} {type} {index}', kind, values.shape, data.astype(type), indices.astype(index), indptr.astype(index))
            if index == 'i4':
                name = f'layers/{kind} {type} chunked'
                sparse(name, kind, values.shape, data.astype(type), indices.astype(index), indptr, chunks=(7,), compression='gzip')
    put(f'layers/dense {type}', values.astype(type))
    put(f'layers/dense {type} chunked', values.astype(type), chunks=(4, 5), compression='gzip', shuffle=True)
    put(f'layers/dense {type} by column', values.astype(type), chunks=(rows, 1))
data, indices, indptr = vectors(values)
old = f.create_group('layers/old')
old.attrs['h5sparse_format'] = 'csr'
old.attrs['h5sparse_shape'] = np.array(values.shape)
for name, vector in [('data', data), ('indices', indices), ('indptr', indptr)]: put('layers/old/' + name, vector)
`;
    file = await openAnnData(writeHdf5(path.join(folder, 'forms.h5ad'), statements));
  });
  afterAll(() => file.close());

  it('has the same rows, whole and in any range', () => {
    const expected = pairs(file.matrix('X').matrix.readRows(0, rows));
    expect(expected.flat().length).toBeGreaterThan(50);
    expect(file.matrices.length).toBe(2 + types.length * (2 * 5 + 3));
    for (const name of file.matrices) {
      const { matrix } = file.matrix(name);
      const type = / (\S+)/.exec(name)?.[1] ?? 'f8';
      expect(pairs(matrix.readRows(0, rows)), name).toEqual(expected);
      expect(matrix.readRows(0, rows).values.constructor).toBe(type === 'f4' ? Float32Array : Float64Array);
      for (const [start, end] of [
        [3, 4],
        [5, 6],
        [7, 23],
        [0, 0],
        [23, 23],
      ] as const) {
        expect(pairs(matrix.readRows(start, end)), `${name}, ${start} to ${end}`).toEqual(
          expected.slice(start, end),
        );
      }
    }
  });

  it('has the same row starts, by row or by column', () => {
    const starts = (matrix: Matrix, start: number, end: number) =>
      matrix.encoding === 'dense' ? undefined : [...matrix.rowStarts(start, end)];
    const [csr, csc] = ['csr', 'csc'].map((kind) => file.matrix(`layer:${kind} f4 i8`).matrix) as [
      Matrix,
      Matrix,
    ];
    fc.assert(
      fc.property(fc.nat(rows), fc.nat(rows), (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const found = starts(csr, start, end);
        expect(found).toHaveLength(end - start + 1);
        expect(starts(csc, start, end)).toEqual(found);
      }),
    );
    expect(starts(csr, rows, rows)).toEqual([csr.stored]);
  });

  it('tells its form', () => {
    const facts = (name: string) => file.matrix(`layer:${name}`).matrix;
    expect(facts('csc u2 i8')).toMatchObject({
      encoding: 'csc',
      valueType: 'uint16',
      place: '/layers/csc u2 i8',
    });
    expect(facts('old')).toMatchObject({ encoding: 'csr', valueType: 'int64', rows, columns });
    expect(facts('dense f4')).toMatchObject({ encoding: 'dense', chunkRows: 0, stored: rows * columns });
    expect(facts('dense f4 chunked')).toMatchObject({ chunkRows: 4 });
    expect(facts('csr f4 i4')).toMatchObject({
      dataPath: '/layers/csr f4 i4/data',
      indicesPath: '/layers/csr f4 i4/indices',
    });
  });

  it('is read in slices by position', () => {
    const { matrix } = file.matrix('layer:csr f4 chunked');
    if (matrix.encoding !== 'csr') throw new Error(matrix.encoding);
    const all = matrix.readRows(0, rows);
    fc.assert(
      fc.property(fc.nat(matrix.stored), fc.nat(matrix.stored), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(matrix.readValues(from, to)).toEqual(all.values.slice(from, to));
        expect(matrix.readColumns(from, to)).toEqual(all.columns.slice(from, to));
      }),
    );
    expect(() => matrix.readValues(0, matrix.stored + 1)).toThrow('outside');
  });
});

describe.skipIf(!hasH5py)('large matrices', () => {
  it('are read across the slices that calls of the library are cut into', async () => {
    const [rows, columns] = [2500, 1000];
    const statements = `
rows, columns = ${rows}, ${columns}
frame('obs', rows); frame('var', columns)
i = np.arange(rows * columns)
values = ((i % 251) * (i % 3 > 0)).astype('f4').reshape(rows, columns)
put('X', values, chunks=(100, 300), compression='lzf')
for kind, by, chunk in [('csr', values, 10007), ('csc', values.T, 2000000)]:
    major, minor = np.nonzero(by)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(major, minlength=len(by)))])
    sparse('layers/' + kind, kind, values.shape, by[major, minor], minor.astype('i4'), indptr, chunks=(min(chunk, len(minor)),), compression='lzf')
`;
    const file = await openAnnData(writeHdf5(path.join(folder, 'large.h5ad'), statements));
    const expected = { rowStarts: [0], columns: [] as number[], values: [] as number[] };
    for (let i = 0; i < rows * columns; i += 1) {
      const value = i % 3 > 0 ? i % 251 : 0;
      if (value !== 0) {
        expected.columns.push(i % columns);
        expected.values.push(value);
      }
      if (i % columns === columns - 1) expected.rowStarts.push(expected.columns.length);
    }
    expect(expected.columns.length).toBeGreaterThan(1 << 20);
    for (const name of ['X', 'layer:csr', 'layer:csc']) {
      const read = file.matrix(name).matrix.readRows(0, rows);
      expect(isSame(read.rowStarts, Uint32Array.from(expected.rowStarts)), name).toBe(true);
      expect(isSame(read.columns, Int32Array.from(expected.columns)), name).toBe(true);
      expect(isSame(read.values, Float32Array.from(expected.values)), name).toBe(true);
    }
    file.close();
  });
});

describe.skipIf(!hasH5py)('values', () => {
  it('that are NaN, negative or stored zeros are kept as the form allows', async () => {
    const statements = `
frame('obs', 2); frame('var', 3)
put('X', np.array([[0, np.nan, -1], [-0.0, 5, np.inf]], 'f4'))
sparse('layers/zeros', 'csr', (2, 3), np.array([0, -2, 3], 'f4'), [2, 0, 1], [0, 2, 3])
sparse('layers/large', 'csr', (2, 3), np.array([2**53, -2**40, 2**62], 'i8'), [2, 0, 1], [0, 2, 3])
`;
    const file = await openAnnData(writeHdf5(path.join(folder, 'values.h5ad'), statements));
    const rows = (name: string) => {
      const { matrix } = file.matrix(name);
      const { rowStarts, columns, values } = matrix.readRows(0, matrix.rows);
      return [[...rowStarts], [...columns], [...values]];
    };
    expect(rows('X')).toEqual([
      [0, 2, 4],
      [1, 2, 1, 2],
      [Number.NaN, -1, 5, Number.POSITIVE_INFINITY],
    ]);
    expect(rows('layer:zeros')).toEqual([
      [0, 2, 3],
      [2, 0, 1],
      [0, -2, 3],
    ]);
    expect(rows('layer:large')).toEqual([
      [0, 2, 3],
      [2, 0, 1],
      [2 ** 53, -(2 ** 40), 2 ** 62],
    ]);
    file.close();
  });

  it('may be none at all', async () => {
    const statements = `
frame('obs', 0); frame('var', 3)
put('X', np.zeros((0, 3), 'f4'))
for kind, pointers in [('csr', 1), ('csc', 4)]:
    sparse('layers/' + kind, kind, (0, 3), np.zeros(0, 'f4'), np.zeros(0, 'i4'), np.zeros(pointers, 'i4'))
`;
    const file = await openAnnData(writeHdf5(path.join(folder, 'none.h5ad'), statements));
    expect(file.matrices).toEqual(['X', 'layer:csc', 'layer:csr']);
    for (const name of file.matrices) {
      const read = file.matrix(name).matrix.readRows(0, 0);
      expect([[...read.rowStarts], read.columns.length, read.values.length]).toEqual([[0], 0, 0]);
    }
    expect(file.obs.readIndex()).toEqual([]);
    file.close();
  });
});
