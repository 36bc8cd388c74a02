/** Writing and reading HDF5 files with h5py, independently of what is tested. */
import { spawnSync } from 'node:child_process';

/** Debian's own, which is the one that Debian's python3-h5py is for. */
const python = '/usr/bin/python3';

/** Whether h5py is there; where it is not, tests that need it can be skipped, but not in CI. */
export const hasH5py = findH5py();

function findH5py(): boolean {
  const found = spawnSync(python, ['-c', 'import h5py, numpy']).status === 0;
  if (!found && process.env.CI) throw new Error(`${python} has no h5py; in CI these tests must run`);
  return found;
}

/** What a Python program prints. */
export function runPython(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`Python ended with ${status}: ${stderr}`);
  return stdout;
}

/** Defined for the statements of {@link writeHdf5}. */
const preamble = `
import h5py, numpy as np, sys
f = h5py.File(sys.argv[1], 'w')
text = h5py.string_dtype()

def put(path, data, **options):
    node = f.create_dataset(path, data=data, **options)
    return node

def frame(path, rows, order=()):
    group = f.create_group(path)
    group.attrs['encoding-type'] = 'dataframe'
    group.attrs['_index'] = '_index'
    group.attrs['column-order'] = np.array(order, dtype=text if order else 'f8')
    put(path + '/_index', [f'{path}{i}' for i in range(rows)], dtype=text)
    return group

def sparse(path, kind, shape, data, indices, indptr, **options):
    group = f.create_group(path)
    group.attrs['encoding-type'] = kind + '_matrix'
    group.attrs['shape'] = np.array(shape, 'i8')
    put(path + '/data', data, **options)
    put(path + '/indices', indices, **options)
    put(path + '/indptr', indptr)
    return group
`;

/**
 * Writes an HDF5 file with Python statements that use `f`, the open file, and these: `put(path, data)` makes a
 * dataset, `frame(path, rows)` a dataframe with an index alone, `sparse(path, kind, shape, data, indices,
 * indptr)` a sparse matrix.
 */
export function writeHdf5(path: string, statements: string): string {
  runPython('-c', `${preamble}\n${statements}\nf.close()`, path);
  return path;
}
