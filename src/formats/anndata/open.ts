import { gtkError } from '../../errors.js';
import { type Hdf5File, openHdf5 } from '../hdf5/file.js';
import type { Frame } from './frame.js';
import type { Matrix } from './matrix.js';
import { openFrame } from './open-frame.js';
import { openMatrix } from './open-matrix.js';
import { datasetValues } from './values.js';

export type { Frame, FrameColumn, FrameColumnInfo } from './frame.js';

/** An open AnnData file. What it reads may throw GTK_HDF5_DAMAGED at any time. */
export interface AnnData {
  readonly path: string;
  readonly cells: number;
  readonly obs: Frame;
  /** Genes of `X` and of the layers. */
  readonly var: Frame;
  /** Genes of `raw`, if that is there. */
  readonly rawVar: Frame | undefined;
  /** `X`, `raw`, and `layer:NAME` for each layer; those that are there, in that order. */
  readonly matrices: readonly string[];
  /**
   * A matrix by its name in {@link matrices}, with the genes that are its columns.
   *
   * @throws GTK_ANNDATA if there is none, it does not fit `obs` and `var`, or has an unknown encoding
   */
  matrix(name: string): { matrix: Matrix; genes: Frame };
  /** `uns/organism`, if that is one text. */
  readonly organism: string | undefined;
  close(): void;
}

/**
 * Opens an AnnData file of any version since 0.5.
 *
 * @throws GTK_UNREADABLE, GTK_LFS_POINTER, GTK_NOT_HDF5, GTK_HDF5_DAMAGED, GTK_HDF5_FILTER; GTK_ANNDATA
 *   without `obs` or `var`
 * @see https://anndata.readthedocs.io/en/latest/fileformat-prose.html
 */
export async function openAnnData(path: string): Promise<AnnData> {
  const file = await openHdf5(path);
  try {
    return new OpenedAnnData(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

class OpenedAnnData implements AnnData {
  readonly path: string;
  readonly obs: Frame;
  readonly var: Frame;
  readonly organism: string | undefined;
  readonly #file: Hdf5File;
  /** Path by name. */
  readonly #matrices: Map<string, string>;
  /** Where raw's matrix and genes are. */
  readonly #raw: { matrix: string; genes: string } | undefined;
  #rawVar: Frame | undefined;

  constructor(file: Hdf5File) {
    this.#file = file;
    this.path = file.path;
    this.obs = openFrame(file, '/obs');
    this.var = openFrame(file, '/var');
    this.#raw = [
      { matrix: '/raw/X', genes: '/raw/var' },
      // Before AnnData 0.7.
      { matrix: '/raw.X', genes: '/raw.var' },
    ].find(({ matrix }) => file.kind(matrix) !== undefined);
    this.#matrices = new Map(file.kind('/X') === undefined ? [] : [['X', '/X']]);
    if (this.#raw) this.#matrices.set('raw', this.#raw.matrix);
    const layers = file.kind('/layers') === 'group' ? file.keys('/layers') : [];
    for (const name of layers) this.#matrices.set(`layer:${name}`, `/layers/${name}`);
    this.organism = readOrganism(file);
  }

  get cells(): number {
    return this.obs.rows;
  }

  get matrices(): readonly string[] {
    return [...this.#matrices.keys()];
  }

  get rawVar(): Frame | undefined {
    if (this.#raw) this.#rawVar ??= openFrame(this.#file, this.#raw.genes);
    return this.#rawVar;
  }

  matrix(name: string): { matrix: Matrix; genes: Frame } {
    const place = this.#matrices.get(name);
    if (place === undefined) {
      const expected = this.matrices.length > 0 ? `one of ${this.matrices.join(', ')}` : 'X, raw or a layer';
      throw gtkError('GTK_ANNDATA', { path: this.path, place: name, found: 'no such matrix', expected });
    }
    const matrix = openMatrix(this.#file, place);
    const genes = name === 'raw' ? this.rawVar! : this.var;
    if (matrix.rows !== this.cells || matrix.columns !== genes.rows) {
      const found = `${matrix.rows} x ${matrix.columns} values`;
      const expected = `${this.cells} x ${genes.rows} as in ${name === 'raw' ? 'obs and raw/var' : 'obs and var'}`;
      throw gtkError('GTK_ANNDATA', { path: this.path, place, found, expected });
    }
    return { matrix, genes };
  }

  close(): void {
    this.#file.close();
  }
}

function readOrganism(file: Hdf5File): string | undefined {
  const path = '/uns/organism';
  if (file.kind(path) !== 'dataset') return undefined;
  const values = datasetValues(file.dataset(path));
  if (values?.type.kind !== 'string' || values.length !== 1) return undefined;
  let text: string | undefined;
  values.each(0, 1, ([only]) => {
    text = only as string;
  });
  return text;
}
