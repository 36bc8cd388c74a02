import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { columnTexts } from '../../../src/formats/anndata/frame.js';
import { type Frame, type FrameColumn, openAnnData } from '../../../src/formats/anndata/open.js';
import { temporaryFolder } from '../../run-gtk.js';
import { hasH5py, writeHdf5 } from '../hdf5/h5py.js';

const folder = temporaryFolder();
let files = 0;

/** Opens what Python statements write; they make `obs` and may leave out the genes. */
async function obsOf(statements: string): Promise<Frame> {
  files += 1;
  const genes = "if 'var' not in f: frame('var', 2)";
  const file = await openAnnData(writeHdf5(path.join(folder, `${files}.h5ad`), `${statements}\n${genes}`));
  return file.obs;
}

const refused = (statements: string) => obsOf(statements).then(() => 'opened', String);

/** Values of a column, null where missing. */
function valuesOf(column: FrameColumn): unknown[] {
  if (column.type === 'categorical') {
    return Array.from<number, unknown>(column.codes, (code) => column.categories[code] ?? null);
  }
  if (column.type === 'text') return column.values;
  if (column.type === 'float')
    return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
  const { values, validity } = column;
  return Array.from<number | bigint, unknown>(values, (value, i) =>
    validity && !((validity[i >> 3]! >> (i & 7)) & 1) ? null : value,
  );
}

describe.skipIf(!hasH5py)('a dataframe', () => {
  it('keeps its columns in the order of column-order, then by name', async () => {
    const obs = await obsOf(`
frame('obs', 2, ['z', 'a/b', 'y'])
for name in ['b', 'y', 'z', 'A', 'a/b']: put('obs/' + name, [1, 2])
`);
    expect(obs.columns.map(({ name }) => name)).toEqual(['z', 'a/b', 'y', 'A', 'b']);
    expect(obs.unreadable).toEqual([]);
    expect(valuesOf(obs.read('a/b'))).toEqual([1n, 2n]);
    expect([obs.has('A'), obs.has('_index'), obs.has('nope')]).toEqual([true, false, false]);
  });

  it('has an index of any type, by any name', async () => {
    const index = async (statements: string) => {
      const obs = await obsOf(`g = f.create_group('obs')\n${statements}`);
      return [obs.indexName, ...obs.readIndex()];
    };
    expect(await index("g.attrs['_index'] = 'gene'; put('obs/gene', ['a', 'ö'], dtype=text)")).toEqual([
      'gene',
      'a',
      'ö',
    ]);
    expect(await index("put('obs/index', [7, -8])")).toEqual(['index', '7', '-8']);
    expect(await index("put('obs/_index', [1.0, 2.5])")).toEqual(['_index', '1.0', '2.5']);
    const categorical = `put('obs/_index/categories', [b'x', b'y']); put('obs/_index/codes', [1, 0, -1])`;
    expect(await index(categorical)).toEqual(['_index', 'y', 'x', '']);
  });

  it('reads numbers of every width and byte order', async () => {
    const types = ['i1', 'u1', '<i2', '>i2', '>u4', '<i8', '>i8', 'u8', '>f4', '<f8', '>f8'];
    const obs = await obsOf(`
frame('obs', 3)
for type in ${JSON.stringify(types)}: put('obs/' + type, np.array([1, 127, 0], type))
put('obs/negative', np.array([-1, -2**63, 2**63 - 1]))
put('obs/half', [0.5, np.nan, -np.inf])
`);
    expect(obs.columns.length).toBe(types.length + 2);
    for (const type of types) {
      const expected = type.includes('f') ? [1, 127, 0] : [1n, 127n, 0n];
      expect(valuesOf(obs.read(type)), type).toEqual(expected);
    }
    expect(valuesOf(obs.read('negative'))).toEqual([-1n, -(2n ** 63n), 2n ** 63n - 1n]);
    expect(valuesOf(obs.read('half'))).toEqual([0.5, null, Number.NEGATIVE_INFINITY]);
  });

  it('reads text of every kind', async () => {
    const obs = await obsOf(`
frame('obs', 3)
put('obs/variable', ['a', '', 'Zürich'], dtype=text)
put('obs/ascii', ['a', '', 'Zürich'.encode()], dtype=h5py.string_dtype('ascii'))
put('obs/fixed', np.array([b'a', b'', 'Zürich'.encode()]))
put('obs/exact', np.array([b'abc', b'de', b'fgh'], 'S3'))
`);
    for (const name of ['variable', 'ascii', 'fixed']) {
      expect(obs.read(name), name).toEqual({ type: 'text', values: ['a', '', 'Zürich'] });
    }
    expect(obs.read('exact')).toEqual({ type: 'text', values: ['abc', 'de', 'fgh'] });
  });

  it('reads codes of every width, and categories that are no text', async () => {
    const widths = ['i1', 'i2', 'i4', 'i8', 'u1'];
    const obs = await obsOf(`
frame('obs', 3)
def categorical(name, categories, codes):
    put(f'obs/{name}/categories', categories)
    put(f'obs/{name}/codes', codes)
for width in ${JSON.stringify(widths)}: categorical(width, [b'x', b'y'], np.array([1, 0, 1], width))
categorical('missing', [b'x'], np.array([-1, 0, -1], 'i1'))
categorical('empty', np.array([], 'f8'), np.array([-1, -1, -1], 'i1'))
categorical('integers', [10, 20], [1, 0, 1])
categorical('floats', [1.0, 2.5, 1e-3], [2, 1, 0])
categorical('booleans', [False, True], [1, 0, 0])
put('obs/__categories/old', [b'x', b'y'])
put('obs/old', np.array([0, 1, -1], 'i1'))
put('obs/__categories/old_empty', np.array([], 'f8'))
put('obs/old_empty', np.array([-1, -1, -1], 'i1'))
`);
    const read = (name: string) => valuesOf(obs.read(name));
    for (const width of widths) expect(read(width), width).toEqual(['y', 'x', 'y']);
    expect(read('missing')).toEqual([null, 'x', null]);
    expect(read('empty')).toEqual([null, null, null]);
    expect(read('integers')).toEqual(['20', '10', '20']);
    expect(read('floats')).toEqual(['0.001', '2.5', '1.0']);
    expect(read('booleans')).toEqual(['True', 'False', 'False']);
    expect(read('old')).toEqual(['x', 'y', null]);
    expect(read('old_empty')).toEqual([null, null, null]);
    expect(obs.columns.every(({ type }) => type === 'categorical')).toBe(true);
    const [one, other] = [obs.read('old'), obs.read('old', 1, 2)];
    expect(
      one.type === 'categorical' && other.type === 'categorical' && one.categories === other.categories,
    ).toBe(true);
  });

  it('reads booleans and nullable columns', async () => {
    const obs = await obsOf(`
frame('obs', 9)
mask = np.array([False, True] + 6 * [False] + [True])
def nullable(name, values, **options):
    put(f'obs/{name}/values', values, **options)
    put(f'obs/{name}/mask', mask)
put('obs/bool', mask)
nullable('integer', np.arange(9, dtype='i2'))
nullable('boolean', ~mask)
nullable('float', np.arange(9) / 2)
nullable('string', [str(i) for i in range(9)], dtype=text)
put('obs/whole/values', np.arange(9)); put('obs/whole/mask', np.zeros(9, bool))
`);
    const gaps = <T>(value: (i: number) => T) =>
      Array.from({ length: 9 }, (_, i) => (i === 1 || i === 8 ? null : value(i)));
    expect(obs.read('bool')).toEqual({
      type: 'boolean',
      values: Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 1),
      validity: undefined,
    });
    const integer = obs.read('integer');
    expect(integer.type === 'integer' && integer.validity).toEqual(Uint8Array.of(0b11111101, 0));
    expect(valuesOf(integer)).toEqual(gaps(BigInt));
    expect(valuesOf(obs.read('boolean'))).toEqual(gaps(() => 1));
    expect(valuesOf(obs.read('float'))).toEqual(gaps((i) => i / 2));
    expect(valuesOf(obs.read('string'))).toEqual(gaps(String));
    expect(obs.read('whole')).toMatchObject({ type: 'integer', validity: undefined });
    expect(columnTexts(obs.read('boolean'))).toEqual(gaps(() => 'True').map((value) => value ?? ''));
    // A range that begins within a byte of the bitmap.
    expect(valuesOf(obs.read('integer', 1, 9))).toEqual(gaps(BigInt).slice(1));
    expect(valuesOf(obs.read('integer', 2, 8))).toEqual(gaps(BigInt).slice(2, 8));
  });

  it('names the columns that it does not read', async () => {
    const obs = await obsOf(`
frame('obs', 2, ['lost'])
put('obs/good', [1, 2])
put('obs/matrix', [[1, 2], [3, 4]])
put('obs/half', np.array([1, 2], 'f2'))
put('obs/record', np.array([(1, 2), (3, 4)], [('a', 'i4'), ('b', 'i4')]))
put('obs/nothing', h5py.Empty('f4'))
f.create_group('obs/nested').attrs['encoding-type'] = 'awkward-array'
`);
    expect(obs.columns).toEqual([{ name: 'good', type: 'integer' }]);
    expect(obs.unreadable).toEqual([
      { name: 'lost', encoding: 'nothing' },
      { name: 'half', encoding: 'float16' },
      { name: 'matrix', encoding: 'an array of shape (2, 2)' },
      { name: 'nested', encoding: 'awkward-array' },
      { name: 'nothing', encoding: 'no values' },
      { name: 'record', encoding: 'compound' },
    ]);
  });

  it('may be a compound dataset with its categories in uns', async () => {
    const obs = await obsOf(`
rows = [('cell%d' % i, i % 3 - 1, i / 2, i, i % 2 == 0, 'né%d' % i, i) for i in range(9)]
type = np.dtype([('index', text), ('kind', 'i1'), ('half', 'f4'), ('big', '>f4'), ('even', bool), ('name', text), ('n', '<u2')])
put('obs', np.array(rows, type), chunks=(4,), compression='gzip')
put('uns/kind_categories', [b'A', b'B'])
put('var', np.array([(b'g1', 5), (b'g2', 6)], [('gene', 'S4'), ('one', 'i4')]))
put('uns/one_categories', [b'unrelated'] * 7)
`);
    const nine = <T>(value: (i: number) => T) => Array.from({ length: 9 }, (_, i) => value(i));
    expect(obs.readIndex()).toEqual(nine((i) => `cell${i}`));
    expect(obs.columns.map(({ type }) => type)).toEqual([
      'categorical',
      'float',
      'boolean',
      'text',
      'integer',
    ]);
    expect(obs.unreadable).toEqual([{ name: 'big', encoding: 'big-endian float32' }]);
    expect(valuesOf(obs.read('kind'))).toEqual(nine((i) => [null, 'A', 'B'][i % 3]));
    expect(valuesOf(obs.read('half'))).toEqual(nine((i) => i / 2));
    expect(valuesOf(obs.read('even'))).toEqual(nine((i) => (i % 2 === 0 ? 1 : 0)));
    expect(valuesOf(obs.read('name', 3, 9))).toEqual(nine((i) => `né${i}`).slice(3));
    expect(valuesOf(obs.read('n', 3, 5))).toEqual([3n, 4n]);
  });

  it('is read range by range however long it is', async () => {
    const rows = 300_001;
    const obs = await obsOf(`
n = ${rows}
g = f.create_group('obs')
put('obs/_index', [f'cell {i}' for i in range(n)], dtype=text, chunks=(1000,), compression='gzip')
put('obs/fixed', np.arange(n).astype('S7'))
put('obs/number', np.arange(n, dtype='i4'), chunks=(777,), compression='gzip')
put('obs/kind/codes', (np.arange(n) % 100 - 1).astype('i1'))
put('obs/kind/categories', [str(i) for i in range(99)], dtype=text)
`);
    const range = <T>(start: number, end: number, value: (i: number) => T) =>
      Array.from({ length: end - start }, (_, i) => value(start + i));
    for (const [start, end] of [
      [0, rows],
      [131_070, 131_080],
      [rows - 1, rows],
      [5, 5],
    ] as const) {
      expect(obs.readIndex(start, end)).toEqual(range(start, end, (i) => `cell ${i}`));
      expect(valuesOf(obs.read('fixed', start, end))).toEqual(range(start, end, String));
      expect(valuesOf(obs.read('number', start, end))).toEqual(range(start, end, BigInt));
      const kinds = range(start, end, (i) => (i % 100 === 0 ? null : String((i % 100) - 1)));
      expect(valuesOf(obs.read('kind', start, end))).toEqual(kinds);
    }
    expect(() => obs.read('number', 0, rows + 1)).toThrow('outside');
  });

  it('is refused where its parts do not fit, with the place', async () => {
    expect(await refused("frame('var', 1)")).toContain('/obs: found nothing, expected a dataframe');
    expect(await refused("f.create_group('obs')")).toContain('/obs: found no index column');
    expect(await refused("f.create_group('obs').attrs['_index'] = 'cell'")).toContain('index column cell');
    expect(await refused("put('obs', [1, 2])")).toContain(
      '/obs: found a dataset of int64 of shape (2), expected',
    );
    expect(await refused("put('obs/_index', [[1]])")).toContain(
      'found an array of shape (1, 1) as its index',
    );
    expect(await refused("frame('obs', 6); put('obs/x', range(5))")).toContain(
      '/obs: found column x with 5 rows, expected 6 as in the index',
    );
    const nullable = "frame('obs', 2); put('obs/x/values', [1, 2]); put('obs/x/mask', [True])";
    expect(await refused(nullable)).toContain('/obs/x: found 1 values in mask, expected 2 as in values');
  });

  it('has no value for a code without a category, and none for an integer beyond 2^63', async () => {
    const obs = await obsOf(`
frame('obs', 3)
put('obs/high/categories', [b'x', b'y']); put('obs/high/codes', np.array([0, 1, 2], 'i8'))
put('obs/low/categories', [b'x', b'y']); put('obs/low/codes', [0, -2, 0])
put('obs/huge', np.array([1, 2**63, 1], 'u8'))
`);
    expect(() => obs.read('high')).toThrow('/obs/high/codes, row 3: found category 2, expected -1 to 1');
    expect(() => obs.read('low')).toThrow('/obs/low/codes, row 2: found category -2, expected -1 to 1');
    expect(valuesOf(obs.read('high', 0, 2))).toEqual(['x', 'y']);
    expect(() => obs.read('huge')).toThrow('/obs/huge: found an integer beyond 2^63');
  });
});
