import { gtkError } from '../../errors.js';
import type { Hdf5File } from '../hdf5/file.js';
import { categoricalColumn, nullableColumn } from './coded-column.js';
import type { ColumnReader } from './frame.js';
import { areIntegers, plainColumn } from './plain-column.js';
import { datasetValues, type Values } from './values.js';

/** A column, or the name of its form if that is not read. */
export type OpenedColumn = ColumnReader | { encoding: string };

/**
 * Opens what a dataframe group holds under one path.
 *
 * @param legacyCategories where AnnData 0.7 would have put the categories of the codes at `path`
 * @throws GTK_HDF5_DAMAGED, GTK_HDF5_FILTER, GTK_ANNDATA
 * @see https://anndata.readthedocs.io/en/latest/fileformat-prose.html
 */
export function openColumn(file: Hdf5File, path: string, legacyCategories?: string): OpenedColumn {
  const kind = file.kind(path);
  if (kind === 'group') return openGroup(file, path);
  if (kind !== 'dataset') return { encoding: kind === undefined ? 'nothing' : 'no dataset' };
  const dataset = file.dataset(path);
  const { shape, type } = dataset;
  const values = datasetValues(dataset);
  if (!values) return { encoding: shape ? `an array of shape (${shape.join(', ')})` : 'no values' };
  const categories = legacyCategories && areIntegers(values) && openReadable(file, legacyCategories);
  if (categories) return categoricalColumn(values, categories, file.path);
  return plainColumn(values, file.path) ?? { encoding: type.name };
}

function openGroup(file: Hdf5File, path: string): OpenedColumn {
  const encoding = file.textAttribute(path, 'encoding-type') ?? 'a group';
  const codes = openIntegers(file, `${path}/codes`);
  const categories = openReadable(file, `${path}/categories`);
  if (codes && categories) return categoricalColumn(codes, categories, file.path);
  const values = openReadable(file, `${path}/values`);
  const mask = openReadable(file, `${path}/mask`);
  if (!values || !mask) return { encoding };
  if (values.rows !== mask.rows) {
    const [found, expected] = [`${mask.rows} values in mask`, `${values.rows} as in values`];
    throw gtkError('GTK_ANNDATA', { path: file.path, place: path, found, expected });
  }
  return nullableColumn(values, mask) ?? { encoding };
}

/** What is at a path, if it is a column that can be read. */
export function openReadable(file: Hdf5File, path: string): ColumnReader | undefined {
  if (file.kind(path) === undefined) return undefined;
  const opened = openColumn(file, path);
  return 'read' in opened ? opened : undefined;
}

function openIntegers(file: Hdf5File, path: string): Values | undefined {
  const values = file.kind(path) === 'dataset' ? datasetValues(file.dataset(path)) : undefined;
  return values && areIntegers(values) ? values : undefined;
}
