import { gtkError } from '../../errors.js';
import type { Hdf5File } from '../hdf5/file.js';
import { CscMatrix } from './csc-matrix.js';
import { CsrMatrix } from './csr-matrix.js';
import { DenseMatrix } from './dense-matrix.js';
import type { Matrix } from './matrix.js';
import { SparseGroup } from './sparse-group.js';

/** Rows and columns are numbered with 32 bits. */
const maxSize = 2 ** 31 - 1;

/**
 * Opens the matrix at a path: a dataset in two dimensions, or a group in a sparse encoding, whose attributes
 * were named `h5sparse_format` and `h5sparse_shape` before AnnData 0.7.
 *
 * @throws GTK_HDF5_DAMAGED, GTK_HDF5_FILTER; GTK_ANNDATA for another encoding, values that are no numbers, or
 *   vectors that do not fit the shape
 * @see https://anndata.readthedocs.io/en/latest/fileformat-prose.html
 */
export function openMatrix(file: Hdf5File, path: string): Matrix {
  if (file.kind(path) === 'dataset') return openDense(file, path);
  const encoding = file.textAttribute(path, 'encoding-type') ?? file.textAttribute(path, 'h5sparse_format');
  const kind = encoding?.replace('_matrix', '');
  if (kind !== 'csr' && kind !== 'csc') {
    const found = encoding === undefined ? 'a group without an encoding' : `the encoding ${encoding}`;
    const expected = 'csr_matrix, csc_matrix or array';
    throw gtkError('GTK_ANNDATA', { path: file.path, place: path, found, expected });
  }
  const [rows, columns] = shapeOf(file, path);
  return kind === 'csr'
    ? new CsrMatrix(new SparseGroup(file, path, { name: 'row', count: rows }, columns))
    : new CscMatrix(new SparseGroup(file, path, { name: 'column', count: columns }, rows));
}

function openDense(file: Hdf5File, path: string): Matrix {
  const dataset = file.dataset(path);
  const { type, shape } = dataset;
  if (type.kind !== 'number') {
    const [found, expected] = [`${type.name} values`, 'integers, float32 or float64'];
    throw gtkError('GTK_ANNDATA', { path: file.path, place: path, found, expected });
  }
  checkShape(file, path, shape ?? []);
  return new DenseMatrix(dataset);
}

function shapeOf(file: Hdf5File, path: string): [number, number] {
  const attribute = file.attribute(path, 'shape') ?? file.attribute(path, 'h5sparse_shape') ?? [];
  const shape = Array.from(attribute as ArrayLike<unknown>, Number);
  checkShape(file, path, shape);
  return shape as [number, number];
}

function checkShape(file: Hdf5File, path: string, shape: readonly number[]): void {
  const fits = (size: number) => Number.isInteger(size) && size >= 0 && size <= maxSize;
  if (shape.length === 2 && shape.every(fits)) return;
  const [found, expected] = [`the shape (${shape.join(', ')})`, 'cells and genes'];
  throw gtkError('GTK_ANNDATA', { path: file.path, place: path, found, expected });
}
