import { createRequire } from 'node:module';
import path from 'node:path';
import type { ready } from 'h5wasm/node';
import { GtkError } from '../../errors.js';
import { guardGlobalHeap, type LibraryFiles } from './global-heap.js';
import { readAhead } from './read-ahead.js';

/** The functions of the HDF5 library by name, and its memory as `HEAPU8`. */
export type LibraryFunctions = Awaited<typeof ready>;

/** An instance's memory never shrinks: with more than this it is left to the garbage collector. */
const reusableBytes = 1 << 28;

/** Instances that no file uses. */
const idle: Library[] = [];

/**
 * An instance of the HDF5 library, compiled to WebAssembly, for one file. The first of a thread takes a tenth
 * of a second, others a quarter of that; one whose file is closed is used again.
 */
export async function borrowLibrary(): Promise<Library> {
  return idle.pop() ?? instantiateLibrary();
}

/** Has an instance ready for the first file of this thread. */
export async function prepareLibrary(): Promise<void> {
  if (idle.length === 0) idle.push(await instantiateLibrary());
}

async function instantiateLibrary(): Promise<Library> {
  // The package's own entry makes a single instance, which reports warnings on stderr.
  const factory = new URL('hdf5_util.js', import.meta.resolve('h5wasm/node'));
  const { default: instantiate } = await import(factory.href);
  const ignore = () => {};
  const functions: LibraryFunctions = await instantiate({
    noInitialRun: true,
    print: ignore,
    printErr: ignore,
  });
  readAhead(filesOf(functions));
  guardGlobalHeap(filesOf(functions));
  // Without this the library goes on with whatever its memory held where it cannot read something.
  functions.activate_throwing_error_handler();
  const plugins = createRequire(import.meta.url).resolve('h5wasm-plugins/package.json');
  functions.insert_plugin_search_path(path.join(path.dirname(plugins), 'plugins'), 0);
  return new Library(functions);
}

function filesOf(functions: LibraryFunctions): LibraryFiles {
  return functions.FS as unknown as LibraryFiles;
}

/** An instance of the library. */
export class Library {
  readonly #functions: LibraryFunctions;
  /** It has thrown: what it held at that moment it never gives back. */
  #hasFailed = false;
  /** It has stopped in the midst of its work: its memory may hold anything. */
  #isBroken = false;

  constructor(functions: LibraryFunctions) {
    this.#functions = functions;
  }

  /**
   * Runs a piece of work that calls the library.
   *
   * @throws what the work throws; an Error whose message is the library's stack of errors
   */
  call<T>(work: (functions: LibraryFunctions) => T): T {
    if (this.#isBroken) throw new Error('the HDF5 library failed on it before');
    try {
      return work(this.#functions);
    } catch (error) {
      if (error instanceof GtkError) throw error;
      this.#hasFailed = true;
      this.#isBroken = !(error instanceof Error && error.message.startsWith('HDF5-DIAG'));
      throw error;
    }
  }

  /** Opens a file for reading, until {@link close}. @returns the library's number for it */
  open(file: string): bigint {
    try {
      return this.call((library) => library.open(file, library.H5F_ACC_RDONLY, false, -1, -1));
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  /** Closes the file, after which the library serves another one, unless it has failed or grown large. */
  close(id: bigint): void {
    if (!this.#hasFailed) this.call((library) => library.close_file(id));
    if (this.#hasFailed) this.#abandon();
    else if (this.#functions.HEAPU8.length <= reusableBytes) idle.push(this);
  }

  /** Closes what a failed instance still holds open: the file itself, and texts of errors. */
  #abandon(): void {
    const files = filesOf(this.#functions);
    for (const stream of files.streams) {
      if (stream && stream.fd > 2) files.close(stream);
    }
  }
}

/**
 * Lends memory of the library, filled with zeros; for use within {@link Library.call}.
 *
 * @param use gets where in `HEAPU8` it is, a multiple of 8
 */
export function withMemory<T>(library: LibraryFunctions, bytes: number, use: (pointer: number) => T): T {
  const pointer = library._malloc(Math.max(bytes, 8));
  if (pointer === 0) throw new Error(`the HDF5 library has no memory for ${bytes} bytes`);
  try {
    // The library leaves values alone that the file says were never written.
    library.HEAPU8.fill(0, pointer, pointer + bytes);
    return use(pointer);
  } finally {
    library._free(pointer);
  }
}
