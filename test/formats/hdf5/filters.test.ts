import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openHdf5 } from '../../../src/formats/hdf5/file.js';
import { temporaryFolder } from '../../run-gtk.js';
import { hasH5py, writeHdf5 } from './h5py.js';

const folder = temporaryFolder();
const length = 10_000;
const value = (i: number) => (i * 7919) % 1009;

/** Writes a dataset `x` with the HDF5 library and the plugin of a filter. */
async function writeFiltered(name: string, id: number, options: number[]): Promise<string> {
  const { File, ready } = await import('h5wasm/node');
  const library = await ready;
  const plugins = path.dirname(createRequire(import.meta.url).resolve('h5wasm-plugins/package.json'));
  library.insert_plugin_search_path(path.join(plugins, 'plugins'), 0);
  const to = path.join(folder, name);
  const file = new File(to, 'w');
  const data = Int32Array.from({ length }, (_, i) => value(i));
  file.create_dataset({ name: 'x', data, chunks: [1000], compression: id, compression_opts: options });
  file.close();
  return to;
}

describe('a dataset that a plugin compressed', () => {
  it.each([
    ['bzip2', 307, [5]],
    ['LZF', 32000, []],
    ['blosc', 32001, [2, 2, 4, 4000, 5, 1, 0]],
    ['LZ4', 32004, [0]],
    ['bitshuffle', 32008, [0, 2]],
    ['zstd', 32015, [3]],
    ['blosc2', 32026, [1, 0, 4, 4000, 5, 1, 0]],
  ])('is read: %s', async (name, id, options) => {
    const file = await openHdf5(await writeFiltered(name, id, options));
    const filters = file.call('/x', (library, number) => library.get_dataset_filters(number, '/x'));
    expect(filters.map((filter) => filter.id)).toEqual([id]);
    expect([...file.dataset('/x').readNumbers(1, length)]).toEqual(
      Array.from({ length: length - 1 }, (_, i) => value(i + 1)),
    );
    file.close();
  });
});

describe.skipIf(!hasH5py)('a dataset', () => {
  it('with any filter of the HDF5 library is read', async () => {
    const written = writeHdf5(
      path.join(folder, 'built-in'),
      `
x = (np.arange(${length}) * 7919 % 1009).astype('i4')
put('a', x, chunks=(1000,), compression='gzip', compression_opts=9, shuffle=True, fletcher32=True)
put('b', x, chunks=(1000,), scaleoffset=0)
put('c', x, chunks=(1000,), compression='lzf', shuffle=True)
`,
    );
    const file = await openHdf5(written);
    for (const name of ['/a', '/b', '/c']) {
      expect([...file.dataset(name).readNumbers(0, length)], name).toEqual(
        Array.from({ length }, (_, i) => value(i)),
      );
    }
    file.close();
  });

  it('with another filter is refused by its name', async () => {
    const written = writeHdf5(
      path.join(folder, 'unknown'),
      `
def filtered(name, id):
    options = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    options.set_chunk((10,))
    options.set_shuffle()
    options.set_filter(id, h5py.h5z.FLAG_OPTIONAL, ())
    h5py.h5d.create(f.id, name, h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((10,)), options)
filtered(b'sz', 32017)
filtered(b'own', 40000)
`,
    );
    const file = await openHdf5(written);
    expect(() => file.dataset('/sz')).toThrow(
      `${written}: /sz is compressed with SZ (filter 32017), expected one of gzip, shuffle, fletcher32, szip`,
    );
    expect(() => file.dataset('/own')).toThrow('/own is compressed with filter 40000, expected one of gzip');
    file.close();
  });

  it('with a checksum that does not fit is damaged', async () => {
    const written = writeHdf5(
      path.join(folder, 'checksum'),
      `
node = put('x', np.arange(1000), chunks=(1000,), fletcher32=True)
f.flush()
place = node.id.get_chunk_info(0).byte_offset
f.close()
bytes = open(sys.argv[1], 'r+b'); bytes.seek(place + 100); bytes.write(b'?'); bytes.close()
f = h5py.File(sys.argv[1])
`,
    );
    const file = await openHdf5(written);
    const message = '/x: filter returned failure during read';
    expect(() => file.dataset('/x').readNumbers(0, 10)).toThrow(message);
    file.close();
  });
});
