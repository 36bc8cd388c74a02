/** Writing and reading HDF5 files with h5py, independently of what is tested. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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

/** What `dump.py` says of an AnnData file. */
export interface Dump {
  obs: DumpedFrame;
  var: DumpedFrame;
  rawVar: DumpedFrame | null;
  matrices: Record<string, DumpedMatrix>;
  organism: string | null;
}

export interface DumpedFrame {
  indexName: string;
  index: string[];
  columns: DumpedColumn[];
}

/** Integers and floats are text. */
export type DumpedColumn =
  | { name: string; type: 'categorical'; categories: string[]; codes: number[] }
  | { name: string; type: 'text' | 'boolean' | 'integer' | 'float'; values: (string | boolean | null)[] };

export interface DumpedMatrix {
  encoding: string;
  shape: [number, number];
  stored: number;
  valueType: string;
  sum: string;
  rowLengths: number[];
  /** CRC-32 of each row's columns as int32 and values as float64. */
  rowSums: number[];
}

/** What h5py reads of an AnnData file. */
export function dump(path: string): Dump {
  return JSON.parse(runPython(fileURLToPath(new URL('dump.py', import.meta.url)), path));
}
