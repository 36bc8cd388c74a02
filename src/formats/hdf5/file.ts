import { GtkError, gtkError } from '../../errors.js';
import { Hdf5Dataset } from './dataset.js';
import { elementType } from './element-type.js';
import { copyNumbers, copyStrings, type NumberArray } from './elements.js';
import { checkFilters } from './filters.js';
import { borrowLibrary, type Library, type LibraryFunctions, withMemory } from './library.js';
import { checkSignature } from './signature.js';

/** What a path of a file leads to. */
export type ObjectKind = 'group' | 'dataset' | 'other';

/** What the library's numbers for kinds of objects mean. */
const kinds: Record<number, ObjectKind | undefined> = { [-1]: undefined, 0: 'group', 1: 'dataset' };

/** Attributes are a few names or numbers; more than this is damage. */
const maxAttributeBytes = 1 << 26;

/**
 * Opens an HDF5 file for reading.
 *
 * @throws GTK_UNREADABLE, GTK_LFS_POINTER, GTK_NOT_HDF5, GTK_HDF5_DAMAGED
 */
export async function openHdf5(path: string): Promise<Hdf5File> {
  await checkSignature(path);
  return new Hdf5File(path, await borrowLibrary());
}

/**
 * An open HDF5 file. Paths within it are absolute, such as `/obs/age`. Every method throws GTK_HDF5_DAMAGED
 * where the library cannot read what it should.
 */
export class Hdf5File {
  readonly path: string;
  readonly #library: Library;
  #id: bigint | undefined;

  /** @throws GTK_HDF5_DAMAGED */
  constructor(path: string, library: Library) {
    this.path = path;
    this.#library = library;
    this.#id = this.#damage('its beginning', () => library.open(path));
  }

  /** Closes the file; a second time does nothing. */
  close(): void {
    const id = this.#id;
    this.#id = undefined;
    if (id !== undefined) this.#damage('its end', () => this.#library.close(id));
  }

  /** What is at a path; undefined where nothing is. */
  kind(path: string): ObjectKind | undefined {
    const type = this.call(path, (library, id) => library.get_type(id, path));
    return type in kinds ? kinds[type] : 'other';
  }

  /** Names of what a group holds, in the order of the file. */
  keys(path: string): string[] {
    return this.call(path, (library, id) => library.get_names(id, path, false));
  }

  /**
   * An attribute of the object at a path: texts, or numbers; undefined if it is not there, is empty or is
   * something else.
   */
  attribute(path: string, name: string): string[] | NumberArray | undefined {
    return this.call(`attribute ${name} of ${path}`, (library, id) => {
      if (!library.get_attribute_names(id, path).includes(name)) return undefined;
      const metadata = library.get_attribute_metadata(id, path, name);
      const { shape, total_size: count } = metadata;
      const type = elementType(metadata);
      if (!shape || count === 0 || (type.kind !== 'string' && type.kind !== 'number')) return undefined;
      const bytes = count * type.bytes;
      if (bytes > maxAttributeBytes) throw new Error(`it has ${bytes} bytes`);
      return withMemory(library, bytes, (pointer) => {
        library.get_attribute_data(id, path, name, BigInt(pointer));
        const elements = { heap: library.HEAPU8, at: pointer, count, stride: type.bytes };
        if (type.kind === 'number') return copyNumbers(type.name, elements);
        const texts = copyStrings(type, elements);
        if (type.variable) library.reclaim_vlen_memory(id, path, name, BigInt(pointer));
        return texts;
      });
    });
  }

  /** An attribute that is one text; undefined if it is not there or is something else. */
  textAttribute(path: string, name: string): string | undefined {
    const value = this.attribute(path, name);
    return Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  }

  /**
   * The dataset at a path.
   *
   * @throws GTK_HDF5_FILTER; GTK_ANNDATA if its values lie in other files
   */
  dataset(path: string): Hdf5Dataset {
    const { metadata, filters } = this.call(path, (library, id) => ({
      metadata: library.get_dataset_metadata(id, path),
      filters: library.get_dataset_filters(id, path),
    }));
    checkFilters(filters, this.path, path);
    if (metadata.virtual_sources) {
      // Where such another file is missing, the library makes the values up.
      const found = 'a virtual dataset, whose values lie in other files';
      throw gtkError('GTK_ANNDATA', { path: this.path, place: path, found, expected: 'the values' });
    }
    return new Hdf5Dataset(this, path, metadata);
  }

  /**
   * Runs a piece of work that calls the library on this file.
   *
   * @param place within the file, for errors
   * @throws GTK_HDF5_DAMAGED for whatever the library throws
   */
  call<T>(place: string, work: (library: LibraryFunctions, id: bigint) => T): T {
    const id = this.#id;
    if (id === undefined) throw new Error(`${this.path} is closed`);
    return this.#damage(place, () => this.#library.call((library) => work(library, id)));
  }

  #damage<T>(place: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof GtkError) throw error;
      throw gtkError('GTK_HDF5_DAMAGED', { path: this.path, place, found: reason(error) }, error);
    }
  }
}

/** The innermost message of the library's stack of errors, which says what was wrong with the bytes. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'RuntimeError') return 'bytes that make no sense';
  const messages = [...error.message.matchAll(/^ {2}#\d+: .*?\(\): (.*)$/gm)];
  const innermost = messages.at(-1)?.[1] ?? error.message.split('\n')[0]!;
  // Of a failed system call, with its time, name of the file, descriptor and so on.
  return innermost.replace(/: time = .*error message = '(.*?)'.*/, ': $1').slice(0, 200);
}
