import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GtkError } from '../../../src/errors.js';
import { openAnnData } from '../../../src/formats/anndata/open.js';
import { sample } from '../../h5ad/samples.js';
import { temporaryFolder } from '../../run-gtk.js';
import { hasH5py, writeHdf5 } from '../hdf5/h5py.js';

const folder = temporaryFolder();
let files = 0;

/** Opens what Python statements write. */
function open(statements: string) {
  files += 1;
  return openAnnData(writeHdf5(path.join(folder, `${files}.h5ad`), statements));
}

/** The message with which work is refused. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(GtkError);
    return `${(error as GtkError).code}: ${(error as GtkError).message.replace(/^\S+ is no AnnData file that can be read: /, '')}`;
  }
  return 'accepted';
}

describe.skipIf(!hasH5py)('an AnnData file', () => {
  it('lists the matrices that are there, the layers by name', async () => {
    const file = await open(`
frame('obs', 2); frame('var', 3); frame('raw/var', 4)
for name, columns in [('layers/b', 3), ('layers/a b', 3), ('raw/X', 4), ('X', 3)]: put(name, np.zeros((2, columns)))
put('uns/organism', 'Mus musculus')
`);
    expect(file.matrices).toEqual(['X', 'raw', 'layer:a b', 'layer:b']);
    expect(file.matrix('raw').genes).toBe(file.rawVar);
    expect(file.matrix('X').genes).toBe(file.var);
    expect(file.rawVar?.readIndex()).toEqual(['raw/var0', 'raw/var1', 'raw/var2', 'raw/var3']);
    expect([file.cells, file.organism]).toEqual([2, 'Mus musculus']);
    file.close();
    file.close();
    expect(() => file.obs.readIndex()).toThrow('closed');
  });

  it('may have raw as it was before AnnData 0.7', async () => {
    const file = await open(`
frame('obs', 2); frame('var', 3)
put('X', np.zeros((2, 3))); put('raw.X', np.ones((2, 4)))
put('raw.var', np.array([(b'g%d' % i,) for i in range(4)], [('index', 'S2')]))
put('uns/organism', [b'Homo sapiens', b'Mus musculus'])
`);
    expect(file.matrices).toEqual(['X', 'raw']);
    expect(file.matrix('raw').genes.readIndex()).toEqual(['g0', 'g1', 'g2', 'g3']);
    expect(file.organism).toBeUndefined();
    file.close();
  });

  it('needs obs and var, but X only when it is asked for', async () => {
    await expect(open("frame('obs', 2)")).rejects.toThrow('/var: found nothing, expected a dataframe');
    await expect(open("frame('var', 2)")).rejects.toThrow('/obs: found nothing, expected a dataframe');
    const file = await open("frame('obs', 2); frame('var', 3); put('layers/counts', np.zeros((2, 3)))");
    expect(refusal(() => file.matrix('X'))).toBe(
      'GTK_ANNDATA: X: found no such matrix, expected one of layer:counts',
    );
    expect(refusal(() => file.matrix('layer:counts'))).toBe('accepted');
    expect(file.rawVar).toBeUndefined();
    file.close();
  });

  it('is refused where a matrix is not what it should be, with the place', async () => {
    const file = await open(`
frame('obs', 2); frame('var', 3); frame('raw/var', 3)
put('raw/X', np.zeros((2, 4)))
layer = lambda name: 'layers/' + name
good = dict(kind='csr', shape=(2, 3), data=[1., 2., 3.], indices=[0, 2, 1], indptr=[0, 2, 3])
def wrong(name, **changes): return sparse(layer(name), **{**good, **changes})
wrong('good')
put(layer('flat'), np.zeros(6))
put(layer('transposed'), np.zeros((3, 2)))
put(layer('half'), np.zeros((2, 3), 'f2'))
put(layer('bool'), np.zeros((2, 3), bool))
put(layer('empty'), h5py.Empty('f4'))
wrong('half_sparse', data=np.array([1, 2, 3], 'f2'))
wrong('text', data=[b'a', b'b', b'c'])
wrong('float_indices', indices=[0., 2., 1.])
wrong('cells', shape=(3, 3), indptr=[0, 2, 3, 3])
wrong('negative', shape=(-2, 3))
wrong('vast', shape=(2, 2**40))
wrong('encoding', kind='coo')
del wrong('no_encoding').attrs['encoding-type']
del wrong('no_shape').attrs['shape']
del wrong('no_data')['data']
wrong('short_indices', indices=[0, 2])
wrong('short_indptr', indptr=[0, 3])
wrong('first', indptr=[1, 2, 3])
wrong('last', indptr=[0, 2, 2])
wrong('negative_last', indptr=[0, 2, -3])
f.create_group(layer('group'))
`);
    const found = (name: string) => refusal(() => file.matrix(name)).replace('GTK_ANNDATA: ', '');
    expect(found('layer:good')).toBe('accepted');
    expect(found('raw')).toBe('/raw/X: found 2 x 4 values, expected 2 x 3 as in obs and raw/var');
    const refusals = {
      flat: ': found the shape (6), expected cells and genes',
      transposed: ': found 3 x 2 values, expected 2 x 3 as in obs and var',
      half: ': found float16 values, expected integers, float32 or float64',
      bool: ': found bool values, expected integers, float32 or float64',
      empty: ': found the shape (), expected cells and genes',
      half_sparse: '/data: found float16 values, expected integers, float32 or float64',
      text: '/data: found string values, expected integers, float32 or float64',
      float_indices: '/indices: found float64 values, expected integers',
      cells: ': found 3 x 3 values, expected 2 x 3 as in obs and var',
      negative: ': found the shape (-2, 3), expected cells and genes',
      vast: ': found the shape (2, 1099511627776), expected cells and genes',
      encoding: ': found the encoding coo_matrix, expected csr_matrix, csc_matrix or array',
      no_encoding: ': found a group without an encoding, expected csr_matrix, csc_matrix or array',
      no_shape: ': found the shape (), expected cells and genes',
      no_data: '/data: found nothing, expected a vector',
      short_indices: '/indices: found 2 values, expected 3 as in data',
      short_indptr: '/indptr: found 2 values, expected 3, one more than rows',
      first: '/indptr: found the first value 1, expected 0',
      last: '/indptr: found the last value 2, expected 3, the values in data',
      negative_last: '/indptr, value 3: found -3, expected 0 to 3',
      group: ': found a group without an encoding, expected csr_matrix, csc_matrix or array',
    };
    for (const [name, message] of Object.entries(refusals)) {
      expect(found(`layer:${name}`)).toBe(`/layers/${name}${message}`);
    }
    expect(file.matrices.length).toBe(Object.keys(refusals).length + 2);
    file.close();
  });

  it('is refused while reading where numbers do not fit the shape, with the row', async () => {
    const file = await open(`
frame('obs', 4); frame('var', 3)
def wrong(name, kind='csr', shape=(4, 3), indices=[0, 2, 1, 0, 1], indptr=[0, 2, 3, 3, 5]):
    sparse('layers/' + name, kind, shape, np.ones(len(indices), 'f4'), indices, indptr)
wrong('high', indices=[0, 2, 1, 0, 3])
wrong('low', indices=[0, 2, -1, 0, 1])
wrong('wide', indices=np.array([0, 2**32, 1, 0, 1]))
wrong('unsigned', indices=np.array([0, 2, 1, 2**63, 1], 'u8'))
wrong('falling', indptr=[0, 3, 2, 3, 5])
wrong('beyond', indptr=[0, 2, 6, 6, 5])
wrong('full', indptr=[0, 0, 0, 4, 5])
wrong('rows', kind='csc', indices=[0, 2, 4, 0, 1], indptr=[0, 2, 3, 5])
`);
    const read = (name: string, start = 0, end = 4) =>
      refusal(() => file.matrix(`layer:${name}`).matrix.readRows(start, end)).replace('GTK_ANNDATA: ', '');
    expect(read('high')).toBe('/layers/high/indices, row 4: found column number 3, expected 0 to 2');
    expect(read('high', 0, 3)).toBe('accepted');
    expect(read('low')).toBe('/layers/low/indices, row 2: found column number -1, expected 0 to 2');
    expect(read('wide')).toBe('/layers/wide/indices, row 1: found column number 4294967296, expected 0 to 2');
    expect(read('unsigned')).toBe(
      '/layers/unsigned/indices, row 4: found column number 9223372036854775808, expected 0 to 2',
    );
    expect(read('falling')).toBe('/layers/falling/indptr, value 3: found 2, expected 3 to 5');
    expect(read('beyond')).toBe('/layers/beyond/indptr, value 3: found 6, expected 2 to 5');
    expect(read('full')).toBe('/layers/full/indptr, row 3: found 4 values, expected at most 3');
    expect(read('rows')).toBe('/layers/rows/indices, column 2: found row number 4, expected 0 to 3');
    file.close();
  });
});

it('several files are open at once', async () => {
  const names = ['scp_mouse_150x123_ensmusg.h5ad', 'anndata078_30x20_csr_lzf.h5ad'];
  const open = await Promise.all([...names, ...names].map((name) => openAnnData(sample(name))));
  expect(open.map(({ cells }) => cells)).toEqual([150, 30, 150, 30]);
  open[0]!.close();
  const sums = open.slice(1).map((file) => file.matrix('X').matrix.readRows(0, file.cells).values.length);
  expect(sums).toEqual([239, 5974, 239]);
  for (const file of open) file.close();
});
