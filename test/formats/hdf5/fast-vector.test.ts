import { closeSync, fstatSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FastVector, openFastVector } from '../../../src/formats/hdf5/fast-vector.js';
import { sample } from '../../h5ad/samples.js';
import { temporaryFolder, testData } from '../../run-gtk.js';
import { hasH5py, runPython } from './h5py.js';

/** What was read of files since this was last emptied. */
const reads: { from: number; to: number }[] = [];

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const readSync = (fd: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
    reads.push({ from: position, to: position + length });
    return fs.readSync(fd, bytes, offset, length, position);
  };
  return { ...fs, readSync };
});

/** The end of the farthest of these reads. */
const farthest = () => reads.splice(0).reduce((end, { to }) => Math.max(end, to), 0);

const folder = temporaryFolder();
const opened: number[] = [];
afterEach(() => {
  for (const fd of opened.splice(0)) closeSync(fd);
});

function open(file: string, dataset: string): FastVector | undefined {
  const fd = openSync(file, 'r');
  opened.push(fd);
  return openFastVector(fd, fstatSync(fd).size, dataset);
}

/** A dataset that h5py wrote or found: its values are in `bytes`, a file. */
interface Written {
  file: string;
  dataset: string;
  type: string;
  length: number;
  bytes: string;
}

const bytesOf = (values: ArrayBufferView) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** Compares all values, and parts that begin and end anywhere, in ascending order and in none. */
function expectValues(vector: FastVector | undefined, { type, length, bytes, dataset }: Written): void {
  const expected = readFileSync(bytes);
  const itemBytes = length === 0 ? 1 : expected.length / length;
  expect(vector, dataset).toBeDefined();
  expect([vector!.type, vector!.length]).toEqual([type, length]);
  const expectPart = (from: number, to: number) => {
    const found = vector!.read(from, to);
    expect(found?.length).toBe(to - from);
    const part = expected.subarray(from * itemBytes, to * itemBytes);
    expect(bytesOf(found!).equals(part), `${dataset} ${from} to ${to}`).toBe(true);
  };
  expectPart(0, length);
  const step = Math.ceil(length / 7) + 1;
  for (let from = 0; from < length; from += step) expectPart(from, Math.min(length, from + step));
  for (let i = 0; i < 20; i++) {
    const from = (i * 7919) % (length + 1);
    expectPart(from, from + ((i * 104_729) % (length - from + 1)));
  }
}

const writing = `
import os, sys, json, zlib
import h5py, numpy as np
folder = sys.argv[1]
rng = np.random.default_rng(1)
read, left = [], []
types = ['float32', 'float64', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64']
ways = {
    'contiguous': {},
    'chunked': {'chunks': (64,)},
    'gzip': {'chunks': (64,), 'compression': 'gzip', 'compression_opts': 4},
    'gzip 9, grown': {'chunks': (1000,), 'maxshape': (None,), 'compression': 'gzip', 'compression_opts': 9},
    'shuffle': {'chunks': (64,), 'shuffle': True},
    'gzip and shuffle': {'chunks': (100,), 'compression': 'gzip', 'shuffle': True},
    'one chunk': {'chunks': (1000,), 'compression': 'gzip'},
    'one value a chunk': {'chunks': (1,)},
}

def note(file, dataset, values=None):
    values = file[dataset][:] if values is None else values
    path = os.path.join(folder, '%d.bin' % len(read))
    values.tofile(path)
    read.append({'file': file.filename, 'dataset': dataset, 'type': str(values.dtype), 'length': len(values),
                 'bytes': path})

def leave(file, dataset):
    left.append({'file': file.filename, 'dataset': dataset})

def numbers(type, n=1000):
    return (rng.gamma(0.5, 20, n) - (10 if np.dtype(type).kind != 'u' else 0)).astype(type)

with h5py.File(os.path.join(folder, 'default.h5'), 'w') as f:
    for way, options in ways.items():
        for type in types:
            f.create_dataset(way + '/' + type, data=numbers(type), **options)
            note(f, way + '/' + type)
    for name in rng.permutation(2000):
        f['crowd/member_%d' % name] = np.arange(name % 5)
    f.create_dataset('crowd/data', data=numbers('float32'), **ways['gzip'])
    for dataset in ['crowd/data', 'crowd/member_0', 'crowd/member_777', 'crowd/member_1999']:
        note(f, dataset)
    leave(f, 'crowd/member_2000')
    f.create_dataset('a/b/c/d/e/indices', data=numbers('int32'), **ways['gzip'])
    note(f, '/a/b/c/d/e/indices')
    f.create_dataset('many', data=numbers('int32', 150_000), chunks=(8,))
    note(f, 'many')
    f.create_dataset('noise', data=rng.integers(0, 2**63, 5000, 'int64'), **ways['gzip'])
    note(f, 'noise')
    f.create_dataset('shuffled noise', data=rng.integers(0, 2**63, 5000, 'int64'), **ways['gzip and shuffle'])
    note(f, 'shuffled noise')
    # Chunks that were written without one of the filters, or without both.
    values = numbers('int32', 100)
    shuffled = values.view('u1').reshape(100, 4).T.tobytes()
    f.create_dataset('masked', data=np.tile(values, 5), **ways['gzip and shuffle'])
    f['masked'].id.write_direct_chunk((100,), zlib.compress(values.tobytes()), 1)
    f['masked'].id.write_direct_chunk((200,), shuffled, 2)
    f['masked'].id.write_direct_chunk((300,), values.tobytes(), 3)
    note(f, 'masked', np.tile(values, 5))
    f.create_dataset('with attributes', data=numbers('int16'), **ways['gzip'])
    for i in range(40):
        f['with attributes'].attrs['number %d' % i] = 'text ' * i
    note(f, 'with attributes')
    f['hard link'] = f['gzip/float32']
    note(f, 'hard link')
    f.create_dataset('empty', data=numbers('int32', 0))
    note(f, 'empty')
    f.create_dataset('empty in chunks', shape=(0,), maxshape=(None,), dtype='float32')
    note(f, 'empty in chunks')
    f.create_dataset('shrunk', data=numbers('int32'), chunks=(64,), maxshape=(None,))
    f['shrunk'].resize((500,))
    note(f, 'shrunk')
    values = numbers('int32', 400)
    f.create_dataset('in disorder', shape=(400,), dtype='int32', **ways['gzip and shuffle'])
    for start in [0, 200, 100, 300]:
        f['in disorder'].id.write_direct_chunk((start,), values[start:start + 100].tobytes(), 3)
    note(f, 'in disorder', values)
    f.create_dataset('holes', shape=(1000,), dtype='int32', chunks=(100,), fillvalue=7)
    f['holes'][300:500] = numbers('int32', 200)
    f.create_dataset('no chunk', shape=(1000,), dtype='int32', chunks=(100,))
    # A dataset of one dimension, but of another kind.
    f['scalar'] = 5
    f['matrix'] = np.zeros((3, 4))
    f.create_dataset('never written', shape=(10,), dtype='int32')
    f.create_dataset('lzf', data=numbers('int32'), compression='lzf')
    f.create_dataset('fletcher32', data=numbers('int32'), fletcher32=True)
    f.create_dataset('scaled', data=numbers('int32'), scaleoffset=0)
    f['big-endian integers'] = numbers('>i4')
    f['big-endian floats'] = numbers('>f8')
    f['half'] = numbers('float16')
    f['complex'] = numbers('complex64')
    f['booleans'] = np.zeros(10, bool)
    f['text'] = np.array(['a', 'b'], dtype=h5py.string_dtype())
    f['fixed text'] = np.array([b'a', b'bc'])
    f['rows'] = np.zeros(5, [('a', 'i4'), ('b', 'f4')])
    f['null'] = h5py.Empty('f4')
    f['soft link'] = h5py.SoftLink('/gzip/float32')
    f['type'] = np.dtype('int32')
    f.create_dataset('named type', data=numbers('int32'), dtype=f['type'])
    f.create_dataset('elsewhere', shape=(100,), dtype='int32', external=[(os.path.join(folder, 'raw'), 0, 400)])
    layout = h5py.VirtualLayout((10,), 'f4')
    layout[:] = h5py.VirtualSource(os.path.join(folder, 'default.h5'), 'gzip/float32', (1000,))[:10]
    f.create_virtual_dataset('virtual', layout)
    for name in ['scalar', 'matrix', 'never written', 'lzf', 'fletcher32', 'scaled', 'big-endian integers',
                 'big-endian floats', 'half', 'complex', 'booleans', 'text', 'fixed text', 'rows', 'null', 'soft link',
                 'type', 'named type', 'elsewhere', 'virtual', 'crowd', 'gzip/nothing', 'nothing/at/all', '',
                 'gzip/float32/below']:
        leave(f, name)
with h5py.File(os.path.join(folder, 'userblock.h5'), 'w', userblock_size=512) as f:
    f.create_dataset('X/data', data=numbers('float32'), **ways['gzip'])
    leave(f, 'X/data')
# An external link makes the group that holds it one of the new kind.
with h5py.File(os.path.join(folder, 'external.h5'), 'w') as f:
    f['X/link'] = h5py.ExternalLink('default.h5', '/gzip/float32')
    leave(f, 'X/link')
with h5py.File(os.path.join(folder, 'latest.h5'), 'w', libver='latest') as f:
    f.create_dataset('X/data', data=numbers('float32'), **ways['gzip'])
    leave(f, 'X/data')
with h5py.File(os.path.join(folder, 'ordered.h5'), 'w', track_order=True) as f:
    f.create_dataset('X/data', data=numbers('float32'), **ways['gzip'])
    leave(f, 'X/data')
print(json.dumps({'read': read, 'left': left}))
`;

const looking = `
import os, sys, json
import h5py, numpy as np
folder, read = sys.argv[1], []
for name in sys.argv[2:]:
    with h5py.File(name, 'r') as f:
        def visit(dataset, found):
            if isinstance(found, h5py.Dataset) and found.ndim == 1 and found.dtype.kind in 'iuf':
                path = os.path.join(folder, 'sample-%d.bin' % len(read))
                found[:].tofile(path)
                read.append({'file': name, 'dataset': dataset, 'type': str(found.dtype), 'length': len(found),
                             'bytes': path})
        f.visititems(visit)
print(json.dumps(read))
`;

describe.skipIf(!hasH5py)('h5py agrees', () => {
  let files: { read: Written[]; left: { file: string; dataset: string }[] };
  beforeAll(() => {
    files = JSON.parse(runPython('-c', writing, folder));
  });

  it('on all types, layouts and filters that anndata writes, in groups of any size', () => {
    expect(files.read.length).toBeGreaterThan(90);
    for (const written of files.read) expectValues(open(written.file, written.dataset), written);
  });

  it('while everything else is left to the library', () => {
    expect(files.left.length).toBeGreaterThan(28);
    for (const { file, dataset } of files.left) expect(open(file, dataset), dataset).toBeUndefined();
  });

  it('while chunks that were never written are left to the library', () => {
    const vector = open(path.join(folder, 'default.h5'), 'holes')!;
    expect(vector.length).toBe(1000);
    expect(vector.read(0, 1000)).toBeUndefined();
    expect(vector.read(299, 310)).toBeUndefined();
    expect(vector.read(490, 501)).toBeUndefined();
    expect(vector.read(300, 500)).toHaveLength(200);
    expect(open(path.join(folder, 'default.h5'), 'no chunk')!.read(5, 6)).toBeUndefined();
  });

  it('on chunks that do not lie in order, of which the one out of turn is known already', () => {
    const written = files.read.find(({ dataset }) => dataset === 'in disorder')!;
    const vector = open(written.file, written.dataset)!;
    const expected = readFileSync(written.bytes);
    expect(bytesOf(vector.read(110, 150)!).equals(expected.subarray(440, 600))).toBe(true);
    expect(bytesOf(vector.read(0, 400)!).equals(expected)).toBe(true);
  });

  it('on the vectors of real files', () => {
    const names = readdirSync(testData('h5ad'))
      .filter((name) => /\.h5ad(\.br)?$/.test(name) && !name.startsWith('not_hdf5'))
      .map((name) => sample(name.replace(/\.br$/, '')));
    const found: Written[] = JSON.parse(runPython('-c', looking, folder, ...names));
    const sparse = /(^|\/)(data|indices|indptr)$/;
    let compared = 0;
    for (const written of found) {
      const vector = open(written.file, written.dataset);
      if (vector === undefined) continue;
      expectValues(vector, written);
      if (sparse.test(written.dataset)) compared++;
    }
    expect(compared).toBeGreaterThan(20);
  });
});

describe('a fast vector', () => {
  const file = sample('cxg_perturb_500x2000_csr.h5ad');
  const datasets = ['X/data', 'X/indices', 'X/indptr'];
  const whole = readFileSync(file);

  /** A copy of the file, to be read and written. */
  function openCopy(): number {
    const copy = path.join(folder, `copy-${opened.length}.h5ad`);
    writeFileSync(copy, whole);
    const fd = openSync(copy, 'r+');
    opened.push(fd);
    return fd;
  }

  it('refuses a range that it does not have', () => {
    const vector = open(file, 'X/data')!;
    expect(vector.length).toBeGreaterThan(1000);
    expect(() => vector.read(-1, 5)).toThrow(RangeError);
    expect(() => vector.read(5, 4)).toThrow(RangeError);
    expect(() => vector.read(0, vector.length + 1)).toThrow(RangeError);
    expect(() => vector.read(0.5, 2)).toThrow(RangeError);
    expect(vector.read(7, 7)).toHaveLength(0);
  });

  it('names a damaged chunk by its place', () => {
    const vector = open(file, 'X/data')!;
    const values = vector.read(0, vector.length)!;
    const fd = openCopy();
    // zlib streams of level 4 begin with these bytes; one after another is damaged, of whatever dataset it is.
    let broken = 0;
    for (let at = whole.indexOf('785e', 0, 'hex'); at >= 0; at = whole.indexOf('785e', at + 1, 'hex')) {
      writeSync(fd, Uint8Array.of(0), 0, 1, at);
      try {
        const found = openFastVector(fd, whole.length, 'X/data')!.read(0, vector.length)!;
        expect(bytesOf(found).equals(bytesOf(values))).toBe(true);
      } catch (error) {
        const { message } = error as Error;
        // The same two bytes may also stand within a chunk.
        const [, place] = /^the chunk at byte (\d+): /.exec(message)!;
        expect(Number(place)).toBeLessThanOrEqual(at);
        if (Number(place) < at) continue;
        expect(message).toBe(`the chunk at byte ${at}: incorrect header check`);
        broken++;
      } finally {
        writeSync(fd, whole, at, 1, at);
      }
    }
    expect(broken).toBeGreaterThan(0);
  });

  it('reads nothing beyond the length that it is told, and nothing wrong, wherever a file ends', () => {
    const vectors = datasets.map((dataset) => open(file, dataset)!);
    const all = vectors.map((vector) => bytesOf(vector.read(0, vector.length)!));
    const fd = openCopy();
    let read = 0;
    for (let bytes = 48; bytes < whole.length; bytes += bytes < 3000 ? 7 : 9973) {
      // The superblock says where the file ends, which alone would give it away.
      const end = new Uint8Array(new BigUint64Array([BigInt(bytes)]).buffer);
      writeSync(fd, end, 0, 8, 40);
      datasets.forEach((dataset, i) => {
        reads.length = 0;
        const vector = openFastVector(fd, bytes, dataset);
        const values = vector?.read(0, vector.length);
        if (values) expect(bytesOf(values).equals(all[i]!)).toBe(true);
        if (values) read++;
        expect(farthest()).toBeLessThanOrEqual(bytes);
      });
    }
    expect(read).toBeGreaterThan(5);
  });

  it('gives undefined, an error, or as many values as it has, whatever byte of a file is changed', () => {
    const fd = openCopy();
    const counts = { undefined: 0, error: 0, values: 0 };
    for (const dataset of datasets) {
      reads.length = 0;
      const intact = openFastVector(fd, whole.length, dataset)!;
      intact.read(0, Math.min(intact.length, 10_000));
      // Long reads are of chunks; of those, the first bytes do.
      const places = reads.flatMap(({ from, to }) => range(from, Math.min(to, from + 600)));
      expect(places.length).toBeGreaterThan(1000);
      for (let i = 0; i < 2000; i++) {
        const at = places[(i * 7919) % places.length]!;
        const byte = [0, 0xff, 1 << (i % 8)][i % 3]! ^ (i % 2 === 0 ? whole[at]! : 0);
        writeSync(fd, Uint8Array.of(byte), 0, 1, at);
        reads.length = 0;
        try {
          const vector = openFastVector(fd, whole.length, dataset);
          const to = Math.min(vector?.length ?? 0, 10_000);
          const values = vector?.read(0, to);
          if (values) expect(values.length).toBe(to);
          counts[values ? 'values' : 'undefined']++;
        } catch (error) {
          expect((error as Error).message).toMatch(/^the chunk at byte \d+: /);
          counts.error++;
        }
        expect(farthest()).toBeLessThanOrEqual(whole.length);
        writeSync(fd, whole, at, 1, at);
      }
    }
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(100);
  });
});

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
