import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasH5py, writeH5ads } from '../h5ad/h5ad-files.js';
import { h5ad, logLines, namesBelow, newInputFolder, type Told } from '../h5ad/run-h5ad.js';
import { sample } from '../h5ad/samples.js';
import { type Ended, temporaryFolder, testData } from '../run-gtk.js';

const folder = temporaryFolder();

/** A file that cannot be used, and what is told of it. */
interface Case {
  name: string;
  code: string;
  /** The sentence behind the path. */
  says: string | RegExp;
}

/** Runs all files of a folder at once; each of them alone is to be told of. */
function failingBatch({ cwd, input }: { cwd: string; input: string }, cases: readonly Case[]) {
  let ended: Ended & { datasets: Told[] };
  beforeAll(async () => {
    ended = await h5ad(cwd, []);
  });

  test.each(cases)('$name is refused in one sentence, and leaves nothing', ({ name, code, says }) => {
    const told = ended.datasets.find((dataset) => dataset.name === name)!;
    expect(told).toMatchObject({ status: 'FAILED', error: { code, exitStatus: 3 } });
    const { message, remedy } = told.error!;
    const file = path.join(input, `${name}.h5ad`);
    if (typeof says === 'string') expect(message).toBe(`${file}${says}`);
    else expect(message.slice(file.length)).toMatch(says);
    expect(message.startsWith(file)).toBe(true);
    expect(message).not.toMatch(/[\n\t]|undefined|\[object/);
    expect(remedy).toMatch(/\.$/);
    expect(ended.stderr).toContain(`gtk: ${message}\n     ${remedy}\n`);
    expect(told.message).toBe(`CRASH: Failed to process ${name}: ${message}`);
    expect(existsSync(told.out)).toBe(false);
    const lines = logLines(cwd, name);
    expect(lines.find((line) => line.code === code)).toMatchObject({ level: 'error', msg: message, remedy });
    expect(lines.at(-1)!.msg).toBe('end');
  });

  test('and that is all that is told and left', () => {
    expect(ended.status).toBe(1);
    expect(ended.datasets.map(({ name }) => name)).toEqual(cases.map(({ name }) => name).sort());
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(2 * cases.length);
    expect(namesBelow(path.join(cwd, 'data/output'))).toEqual(['batch_processing_summary.tsv']);
  });
}

describe('A file that is no whole HDF5 file', () => {
  const place = newInputFolder(folder);
  const whole = readFileSync(sample('cxg_perturb_500x2000_csr.h5ad'));
  const save = (name: string, content: string | Uint8Array) =>
    writeFileSync(path.join(place.input, `${name}.h5ad`), content);
  const cutAt: [string, number][] = [
    ['cut_in_superblock', 30],
    ['cut_behind_superblock', 600],
    ['cut_in_half', whole.length >> 1],
    ['cut_by_a_byte', whole.length - 1],
  ];
  beforeAll(() => {
    copyFileSync(testData('h5ad/not_hdf5.h5ad'), path.join(place.input, 'not_hdf5.h5ad'));
    save(
      'pointer',
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'0f'.repeat(32)}\nsize 81726354\n`,
    );
    save('empty', '');
    save('zeros', new Uint8Array(4096));
    save('packed', gzipSync(whole.subarray(0, 9999)));
    save('cut_in_signature', whole.subarray(0, 5));
    for (const [name, bytes] of cutAt) save(name, whole.subarray(0, bytes));
    mkdirSync(path.join(place.input, 'folder.h5ad'));
    symlinkSync('nowhere', path.join(place.input, 'dangling.h5ad'));
    symlinkSync('circle.h5ad', path.join(place.input, 'circle.h5ad'));
  });
  const notHdf5 = (found: string) => ` is not an HDF5 file: found ${found}, expected the HDF5 signature`;
  failingBatch(place, [
    { name: 'not_hdf5', code: 'GTK_NOT_HDF5', says: notHdf5('text that begins with "non-empty"') },
    {
      name: 'pointer',
      code: 'GTK_LFS_POINTER',
      says: ' is a Git LFS pointer, not the file itself, which has 81726354 bytes',
    },
    { name: 'empty', code: 'GTK_NOT_HDF5', says: notHdf5('an empty file') },
    { name: 'zeros', code: 'GTK_NOT_HDF5', says: /is not an HDF5 file: found .*00/ },
    { name: 'packed', code: 'GTK_NOT_HDF5', says: notHdf5('gzip data') },
    { name: 'cut_in_signature', code: 'GTK_NOT_HDF5', says: notHdf5('bytes 89 48 44 46 0d') },
    ...cutAt.map(([name, bytes]) => ({
      name,
      code: 'GTK_HDF5_DAMAGED',
      says:
        bytes < 96
          ? ` is damaged or cut short: its end: ${bytes} bytes in all`
          : ` is damaged or cut short: its end: the file has ${bytes} bytes, expected ${whole.length}`,
    })),
    { name: 'folder', code: 'GTK_UNREADABLE', says: ' cannot be read: it is a folder' },
    { name: 'dangling', code: 'GTK_UNREADABLE', says: ' cannot be read: it is gone' },
    { name: 'circle', code: 'GTK_UNREADABLE', says: ' cannot be read: its symbolic links go in a circle' },
  ]);
});

describe('A file that is cut short but does not say so', () => {
  const { cwd, input } = newInputFolder(folder);
  const whole = readFileSync(sample('cxg_perturb_500x2000_csr.h5ad'));
  const cuts = Array.from({ length: 12 }, (_, i) => Math.floor(((i + 1) * whole.length) / 13));
  /** Where a superblock of version 0 says where the file ends. */
  const END_ADDRESS = 40;

  test('is refused wherever it was cut', async () => {
    expect(whole.readBigUInt64LE(END_ADDRESS)).toBe(BigInt(whole.length));
    for (const [i, bytes] of cuts.entries()) {
      const cut = Buffer.from(whole.subarray(0, bytes));
      cut.writeBigUInt64LE(BigInt(bytes), END_ADDRESS);
      writeFileSync(path.join(input, `${String(i).padStart(2, '0')}.h5ad`), cut);
    }
    const { status, datasets } = await h5ad(cwd, []);
    expect(status).toBe(1);
    expect(datasets).toHaveLength(cuts.length);
    for (const { input: file, error } of datasets) {
      expect(error).toMatchObject({ code: 'GTK_HDF5_DAMAGED', exitStatus: 3 });
      expect(error!.message).toMatch(new RegExp(`^${file} is damaged or cut short: [^\n]+: [^\n]+$`));
    }
    expect(namesBelow(path.join(cwd, 'data/output'))).toEqual(['batch_processing_summary.tsv']);
  });
});

const faults = `
def fault(name, change=lambda file: None, **options):
    with h5ad(name + '.h5ad', **options) as file:
        change(file)

def without(*paths):
    def change(file):
        for path in paths: del file[path]
    return change

def with_values(path, values):
    def change(file):
        del file[path]
        file[path] = values
    return change

def with_attribute(name, value):
    return lambda file: file['X'].attrs.__setitem__(name, value)

def further_row(file):
    file['X'].attrs['shape'] = [7, 8]
    with_values('X/indptr', np.append(file['X/indptr'], file['X/indptr'][-1]))(file)

def high_index(file): file['X/indices'][-1] = 8
def bad_code(file): file['obs/development_stage/codes'][2] = 7
def filtered(file):
    del file['X/data']
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((8,))
    plist.set_filter(32017, h5py.h5z.FLAG_OPTIONAL, (1, 2))
    space = h5py.h5s.create_simple(file['X/indices'].shape)
    h5py.h5d.create(file['X'].id, b'data', h5py.h5t.NATIVE_FLOAT, space, dcpl=plist)

fault('no_x', without('X'))
fault('no_obs', without('obs'))
fault('no_var', without('var'))
fault('no_index', without('obs/_index'))
fault('no_indptr', without('X/indptr'))
fault('no_cell', cells=0)
fault('no_gene', genes=0)
fault('coo', with_attribute('encoding-type', 'coo_matrix'))
fault('unencoded', lambda file: file['X'].attrs.__delitem__('encoding-type'))
fault('columns', with_attribute('shape', [6, 9]))
fault('rows', further_row)
fault('indptr', with_values('X/indptr', [0] * 7))
fault('high_index', high_index)
fault('float16', dtype='f2')
fault('float_index', lambda file: with_values('X/indices', file['X/indices'][()].astype('f4'))(file))
fault('filtered', filtered)
fault('short_column', obs={'development_stage': ['3 years'] * 5})
fault('bad_code', bad_code)
fault('ensembl', gene_names=['ENSG%011d' % i for i in range(8)])
fault('no_stage', obs={'sex': ['male'] * 6})
fault('adults', obs={'development_stage': categorical(['adult stage'] * 4 + ['unknown', None])})

# Damage in the last of three blocks: the first ones are done by then.
cells = 7500
values = counts(cells, 20)
with h5ad('late_damage.h5ad', cells, 20, x=values, chunks=(5000,), compression='gzip') as file:
    data = file['X/data'].id
    at = data.get_chunk_info(data.get_num_chunks() - 1)
with open('late_damage.h5ad', 'r+b') as file:
    file.seek(at.byte_offset + 20)
    file.write(bytes(40))
`;

describe.skipIf(!hasH5py)('An HDF5 file that is not as AnnData writes it', () => {
  const place = newInputFolder(folder);
  beforeAll(() => writeH5ads(place.input, faults));
  const notAnnData = (at: string, found: string, expected: string) => ({
    code: 'GTK_ANNDATA',
    says: ` is no AnnData file that can be read: ${at}: found ${found}, expected ${expected}`,
  });
  const encodings = 'csr_matrix, csc_matrix or array';
  const numbers = 'integers, float32 or float64';
  const noAge = (found: string) => ({
    code: 'GTK_NO_AGES',
    says: `: no cell with an age; found ${found} as development_stage, expected labels such as '22-year-old stage'`,
  });
  failingBatch(place, [
    { name: 'no_x', ...notAnnData('X', 'no such matrix', 'X, raw or a layer') },
    { name: 'no_obs', ...notAnnData('/obs', 'nothing', 'a dataframe') },
    { name: 'no_var', ...notAnnData('/var', 'nothing', 'a dataframe') },
    { name: 'no_index', ...notAnnData('/obs', 'no index column _index', 'a dataframe') },
    { name: 'no_indptr', ...notAnnData('/X/indptr', 'nothing', 'a vector') },
    { name: 'no_cell', ...notAnnData('obs', 'no cell', 'at least one') },
    { name: 'no_gene', ...notAnnData('var', 'no gene', 'at least one') },
    { name: 'coo', ...notAnnData('/X', 'the encoding coo_matrix', encodings) },
    { name: 'unencoded', ...notAnnData('/X', 'a group without an encoding', encodings) },
    { name: 'columns', ...notAnnData('/X', '6 x 9 values', '6 x 8 as in obs and var') },
    { name: 'rows', ...notAnnData('/X', '7 x 8 values', '6 x 8 as in obs and var') },
    {
      name: 'indptr',
      code: 'GTK_ANNDATA',
      says: /\/X\/indptr: found the last value 0, expected \d+, the values in data$/,
    },
    { name: 'high_index', ...notAnnData('/X/indices, row 6', 'column number 8', '0 to 7') },
    { name: 'float16', ...notAnnData('/X/data', 'float16 values', numbers) },
    { name: 'float_index', ...notAnnData('/X/indices', 'float32 values', 'integers') },
    {
      name: 'filtered',
      code: 'GTK_HDF5_FILTER',
      says: /^: \/X\/data is compressed with SZ \(filter 32017\), expected one of gzip, .*LZF/,
    },
    {
      name: 'short_column',
      ...notAnnData('/obs', 'column development_stage with 5 rows', '6 as in the index'),
    },
    { name: 'bad_code', ...notAnnData('/obs/development_stage/codes, row 3', 'category 7', '-1 to 0') },
    {
      name: 'ensembl',
      code: 'GTK_NO_GENE_NAMES',
      says: ' has no usable gene name: found 8 genes such as ENSG00000000000, expected symbols in var or Ensembl ids that HGNC knows',
    },
    { name: 'no_stage', ...noAge('no such column') },
    { name: 'adults', ...noAge("'adult stage'") },
    { name: 'late_damage', code: 'GTK_HDF5_DAMAGED', says: /^ is damaged or cut short: .*\/X\/data: \S/ },
  ]);
});
