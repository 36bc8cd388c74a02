import fs, { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { type Hdf5File, openHdf5 } from '../../../src/formats/hdf5/file.js';
import { sample } from '../../h5ad/samples.js';
import { temporaryFolder, testData } from '../../run-gtk.js';
import { hasH5py, runPython, writeHdf5 } from './h5py.js';

const folder = temporaryFolder();
const small = () => readFileSync(sample('pbmc_100x100_nan_legacy.h5ad'));

function file(name: string, content: Uint8Array | string): string {
  const to = path.join(folder, name);
  writeFileSync(to, content);
  return to;
}

/** Code and message with which a file is refused, without its path. */
async function refusal(of: string): Promise<string> {
  const error = await openHdf5(of).then(
    () => new Error('opened'),
    (thrown) => thrown,
  );
  return `${error.code}: ${error.message.replaceAll(of, 'FILE')}`;
}

describe('a file that is not HDF5', () => {
  it.each([
    ['an empty file', '', 'an empty file'],
    ['text', 'gene,cell\n1,2\n', 'text that begins with "gene,cell"'],
    ['gzip', gzipSync('x'), 'gzip data'],
    ['zstd', Buffer.from('28b52ffd0400', 'hex'), 'zstd data'],
    ['Parquet', 'PAR1 and more', 'Parquet data'],
    ['a zip archive', 'PK\x03\x04 and more', 'a zip archive'],
    ['bytes', Buffer.from('00ff10203040506070', 'hex'), 'bytes 00 ff 10 20 30 40 50 60'],
    [
      'a signature at an odd place',
      Buffer.concat([Buffer.alloc(100), small()]),
      'bytes 00 00 00 00 00 00 00 00',
    ],
  ])('is refused with what it is: %s', async (name, content, found) => {
    const message = `FILE is not an HDF5 file: found ${found}, expected the HDF5 signature`;
    expect(await refusal(file(name, content))).toBe(`GTK_NOT_HDF5: ${message}`);
  });

  it('is refused: the sample of one', async () => {
    expect(await refusal(testData('h5ad/not_hdf5.h5ad'))).toContain('GTK_NOT_HDF5');
  });

  it('is recognised as a Git LFS pointer', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 86823471\n';
    const message = 'FILE is a Git LFS pointer, not the file itself, which has 86823471 bytes';
    expect(await refusal(file('pointer', pointer))).toBe(`GTK_LFS_POINTER: ${message}`);
  });

  it('is refused where it cannot be read', async () => {
    expect(await refusal(path.join(folder, 'nope'))).toBe('GTK_UNREADABLE: FILE cannot be read: it is gone');
    mkdirSync(path.join(folder, 'inner'));
    const message = 'GTK_UNREADABLE: FILE cannot be read: it is a folder';
    expect(await refusal(path.join(folder, 'inner'))).toBe(message);
  });

  it.skipIf(process.getuid?.() === 0)('is refused without permission', async () => {
    const locked = file('locked', small());
    chmodSync(locked, 0);
    expect(await refusal(locked)).toBe('GTK_UNREADABLE: FILE cannot be read: permission denied');
  });
});

describe('a file that is cut short', () => {
  it('is refused with both lengths, wherever it is cut', async () => {
    const whole = small();
    for (const bytes of [9, 20, 95, 96, 1000, 40_000, whole.length - 1]) {
      const found =
        bytes < 48 ? `${bytes} bytes in all` : `the file has ${bytes} bytes, expected ${whole.length}`;
      expect(await refusal(file(`cut ${bytes}`, whole.subarray(0, bytes)))).toBe(
        `GTK_HDF5_DAMAGED: FILE is damaged or cut short: its end: ${found}`,
      );
    }
    (await openHdf5(file('whole', whole))).close();
    (await openHdf5(file('longer', Buffer.concat([whole, Buffer.alloc(10)])))).close();
  });

  it.skipIf(!hasH5py)('is refused whatever version its superblock has', async () => {
    const modes = { earliest: '', latest: "libver='latest'", behind: 'userblock_size=1024' };
    for (const [name, mode] of Object.entries(modes)) {
      const written = writeHdf5(
        path.join(folder, name),
        `f.close(); f = h5py.File(sys.argv[1], 'w', ${mode}); put('x', np.arange(100))`,
      );
      const whole = readFileSync(written);
      const opened = await openHdf5(written);
      expect([...opened.dataset('/x').readNumbers(98, 100)]).toEqual([98n, 99n]);
      opened.close();
      const message = `the file has ${whole.length - 1} bytes, expected ${whole.length}`;
      expect(await refusal(file(`${name} cut`, whole.subarray(0, -1))), name).toContain(message);
    }
  });
});

describe.skipIf(!hasH5py)('what a file holds', () => {
  const open = (name: string, statements: string) => openHdf5(writeHdf5(path.join(folder, name), statements));

  it('is told by kind and name', async () => {
    const opened = await open(
      'kinds',
      "put('b/y', 1); put('b/x', 1); f['a'] = np.dtype('i4'); f['c'] = h5py.SoftLink('/b')",
    );
    expect(['/', '/b', '/b/x', '/a', '/c', '/c/x', '/d', '/d/e'].map((at) => opened.kind(at))).toEqual([
      'group',
      'group',
      'dataset',
      'other',
      'group',
      'dataset',
      undefined,
      undefined,
    ]);
    expect(opened.keys('/b')).toEqual(['x', 'y']);
    opened.close();
    expect(() => opened.keys('/b')).toThrow('closed');
  });

  it('has attributes of text and of numbers', async () => {
    const opened = await open(
      'attributes',
      `
a = f.attrs
a['one'] = 'ä'; a['fixed'] = np.bytes_('abc'); a['list'] = ['x', 'yz', '']; a['number'] = np.float32(1.5)
a['shape'] = np.array([3, 2**40]); a['big'] = np.array([1, 2], '>i4'); a['none'] = np.zeros(0); a['empty'] = h5py.Empty('f4')
a['record'] = np.zeros(1, [('a', 'i4')])
`,
    );
    const read = (name: string) => opened.attribute('/', name);
    expect(['one', 'fixed', 'list'].map(read)).toEqual([['ä'], ['abc'], ['x', 'yz', '']]);
    expect(['number', 'shape', 'big'].map(read)).toEqual([
      Float32Array.of(1.5),
      BigInt64Array.of(3n, 2n ** 40n),
      Int32Array.of(1, 2),
    ]);
    expect(['none', 'empty', 'record', 'nope'].map(read)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(['one', 'list', 'number'].map((name) => opened.textAttribute('/', name))).toEqual([
      'ä',
      undefined,
      undefined,
    ]);
    opened.close();
  });

  it('must lie in the file itself', async () => {
    const opened = await open(
      'virtual',
      "v = h5py.VirtualLayout((3,), 'f4'); v[:] = h5py.VirtualSource('other.h5', 'x', (3,)); f.create_virtual_dataset('x', v)",
    );
    expect(() => opened.dataset('/x')).toThrow(
      '/x: found a virtual dataset, whose values lie in other files',
    );
    opened.close();
  });

  it('is checked before it is read', async () => {
    const opened = await open(
      'checks',
      "put('x', np.arange(10)); put('t', [b'a']); put('big', np.zeros((2, 3)))",
    );
    const x = opened.dataset('/x');
    expect(() => x.readNumbers(5, 11)).toThrow('cannot be read');
    expect(() => x.readNumbers(-1, 2)).toThrow('cannot be read');
    expect(() => x.readStrings(0, 1)).toThrow('/x: found int64, expected text');
    expect(() => opened.dataset('/t').readNumbers(0, 1)).toThrow('/t: found string, expected numbers');
    expect(opened.dataset('/big')).toMatchObject({ shape: [2, 3], length: 6, chunks: undefined });
    expect(opened.dataset('/big').withNumbers([1, 0], [1, 3], (values) => [...values])).toEqual([0, 0, 0]);
    expect(() => opened.dataset('/big').readNumbers(0, 1)).toThrow('cannot be read');
    opened.close();
  });
});

it.skipIf(!hasH5py)('a failure of one file leaves open ones and later ones alone', async () => {
  const good = sample('anndata078_30x20_csr_lzf.h5ad');
  const place = "import h5py, sys; print(h5py.File(sys.argv[1])['X/data'].id.get_chunk_info(0).byte_offset)";
  const damaged = readFileSync(good);
  // On such data the LZF filter stops the library in the midst of its work.
  const start = Number(runPython('-c', place, good));
  damaged.fill(0xff, start, start + 64);
  const read = (from: Hdf5File) => from.dataset('/X/data').readNumbers(0, 239);
  const writes = vi.spyOn(fs, 'writeSync');
  const open = await openHdf5(good);
  const expected = read(open);
  const bad = await openHdf5(file('bad.h5ad', damaged));
  expect(() => read(bad)).toThrow('bad.h5ad is damaged or cut short: /X/data: ');
  expect(() => read(bad)).toThrow('bad.h5ad is damaged or cut short: /X/data: ');
  bad.close();
  const later = await openHdf5(good);
  expect([read(open), read(later)]).toEqual([expected, expected]);
  open.close();
  later.close();
  // The library writes its complaints itself, unless it is kept from it.
  expect(writes.mock.calls.filter(([descriptor]) => descriptor <= 2)).toEqual([]);
  writes.mockRestore();
});
