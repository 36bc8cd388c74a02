import { gtkError } from '../../errors.js';
import type { Hdf5File } from '../hdf5/file.js';
import { categoricalColumn } from './coded-column.js';
import {
  type ColumnReader,
  columnTexts,
  type Frame,
  type FrameColumn,
  type FrameColumnInfo,
} from './frame.js';
import { type OpenedColumn, openColumn, openReadable } from './open-column.js';
import { areIntegers, plainColumn } from './plain-column.js';
import { maxRows, memberValues } from './values.js';

/**
 * Opens a dataframe: a group with a column in each member (AnnData 0.7 and later), or a compound dataset with
 * a column in each field (before).
 *
 * @param path of the dataframe in the file, such as `/obs`
 * @throws GTK_HDF5_DAMAGED, GTK_HDF5_FILTER; GTK_ANNDATA if it is no dataframe, or its columns differ in length
 */
export function openFrame(file: Hdf5File, path: string): Frame {
  const kind = file.kind(path);
  if (kind === 'group') return openGroupFrame(file, path);
  if (kind === 'dataset') return openCompoundFrame(file, path);
  throw notFrame(file, path, 'nothing');
}

function notFrame(file: Hdf5File, place: string, found: string): Error {
  return gtkError('GTK_ANNDATA', { path: file.path, place, found, expected: 'a dataframe' });
}

function openGroupFrame(file: Hdf5File, path: string): Frame {
  const keys = file.keys(path);
  const named = file.textAttribute(path, '_index');
  const indexName = [named, '_index', 'index'].find((name) => name !== undefined && keys.includes(name));
  if (indexName === undefined) throw notFrame(file, path, `no index column${named ? ` ${named}` : ''}`);
  const order = file.attribute(path, 'column-order');
  const first = Array.isArray(order) ? order : [];
  // A name with a slash is stored as a group within a group.
  const outer = new Set(first.filter((name) => name.includes('/')).map((name) => name.split('/')[0]!));
  const others = keys.filter((name) => name !== '__categories' && !outer.has(name)).sort();
  const names = [...new Set([...first, ...others])].filter((name) => name !== indexName);
  const hasLegacyCategories = keys.includes('__categories');
  return new OpenedFrame(file, path, indexName, names, (name) =>
    openColumn(file, `${path}/${name}`, hasLegacyCategories ? `${path}/__categories/${name}` : undefined),
  );
}

/** Before AnnData 0.7 the categories of a column stood in `uns`, those of `obs` and `var` alike. */
function openCompoundFrame(file: Hdf5File, path: string): Frame {
  const dataset = file.dataset(path);
  const { type, shape, length } = dataset;
  if (type.kind !== 'compound' || shape?.length !== 1 || length > maxRows) {
    throw notFrame(file, path, `a dataset of ${type.name} of shape (${shape?.join(', ') ?? ''})`);
  }
  const members = new Map(type.members.map((member) => [member.name, member]));
  const indexName = members.has('index') ? 'index' : (type.members[0]?.name ?? 'index');
  const names = [...members.keys()].filter((name) => name !== indexName);
  return new OpenedFrame(file, path, indexName, names, (name) => {
    const member = members.get(name);
    if (!member) return { encoding: 'nothing' };
    const values = memberValues(dataset, member);
    const categories = areIntegers(values) && openReadable(file, `/uns/${name}_categories`);
    if (categories) return categoricalColumn(values, categories, file.path);
    return plainColumn(values, file.path) ?? { encoding: member.type.name };
  });
}

class OpenedFrame implements Frame {
  readonly rows: number;
  readonly indexName: string;
  readonly columns: FrameColumnInfo[] = [];
  readonly unreadable: { name: string; encoding: string }[] = [];
  readonly #path: string;
  readonly #index: ColumnReader;
  readonly #readers = new Map<string, ColumnReader>();

  constructor(
    file: Hdf5File,
    path: string,
    indexName: string,
    names: readonly string[],
    open: (name: string) => OpenedColumn,
  ) {
    const index = open(indexName);
    if (!('read' in index)) throw notFrame(file, path, `${index.encoding} as its index ${indexName}`);
    this.#path = path;
    this.#index = index;
    this.rows = index.rows;
    this.indexName = indexName;
    for (const name of names) {
      const column = open(name);
      if (!('read' in column)) {
        this.unreadable.push({ name, encoding: column.encoding });
        continue;
      }
      if (column.rows !== index.rows) {
        const [found, expected] = [
          `column ${name} with ${column.rows} rows`,
          `${index.rows} as in the index`,
        ];
        throw gtkError('GTK_ANNDATA', { path: file.path, place: path, found, expected });
      }
      this.#readers.set(name, column);
      this.columns.push({ name, type: column.type });
    }
  }

  has(name: string): boolean {
    return this.#readers.has(name);
  }

  readIndex(start = 0, end = this.rows): string[] {
    return columnTexts(this.#read(this.#index, start, end));
  }

  read(name: string, start = 0, end = this.rows): FrameColumn {
    const reader = this.#readers.get(name);
    if (!reader) throw new Error(`${this.#path} has no column ${name}`);
    return this.#read(reader, start, end);
  }

  #read(reader: ColumnReader, start: number, end: number): FrameColumn {
    if (!(start >= 0 && start <= end && end <= this.rows)) {
      throw new Error(`rows ${start} to ${end} lie outside the ${this.rows} of ${this.#path}`);
    }
    return reader.read(start, end);
  }
}
