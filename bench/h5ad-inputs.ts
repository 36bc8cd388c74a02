import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inputsFolder, whole } from './input-files.js';

/** Inputs of the h5ad bench: files like those of CELLxGENE, made by `make_h5ad.py` from a seed. */

/** What generated files are made from. */
export interface H5adWorkload {
  /** Name of the folder that has the files, and nothing else that ends in `.h5ad`. */
  folder: string;
  files: number;
  /** In each file. */
  cells: number;
  genes: number;
  /** Donors, and the median number of counts of a cell. */
  donors: number;
  counts: number;
}

/** What one generated file holds, exactly. */
export interface H5adContents {
  cells: number;
  genes: number;
  /** Values of the matrix that are stored, none of them 0. */
  stored: number;
  /** Genes in all sentences, each of 2,000 at most, without those that have only an Ensembl id. */
  tokens: number;
  /** Fewest and most genes that are expressed in one cell. */
  least_expressed: number;
  most_expressed: number;
  bytes: number;
}

const atlas = { files: 1, genes: 33_000, donors: 40, counts: 5250 };
const subset = { genes: 2000, donors: 4, counts: 2000 };
const tiny = { genes: 600, donors: 4, counts: 300 };

/** Sets of files that are compared with one another. */
export interface H5adWorkloads {
  /** One file; four times as many cells of the same kind (it begins with those of the first). */
  single: H5adWorkload;
  fourfold: H5adWorkload;
  /** Many small files, and one with as many cells as all of these. */
  many: H5adWorkload;
  together: H5adWorkload;
}

/** What is measured. */
export const workloads: H5adWorkloads = {
  single: { folder: 'h5ad-50k', ...atlas, cells: 50_000 },
  fourfold: { folder: 'h5ad-200k', ...atlas, cells: 200_000 },
  many: { folder: 'h5ad-100-files', ...subset, files: 100, cells: 200 },
  together: { folder: 'h5ad-100-files-in-one', ...subset, files: 1, cells: 20_000 },
};

/** The same shapes at a size that takes a second, to see that everything runs. */
export const smallWorkloads: H5adWorkloads = {
  single: { folder: 'h5ad-small', ...tiny, files: 1, cells: 450 },
  fourfold: { folder: 'h5ad-small-fourfold', ...tiny, files: 1, cells: 1800 },
  many: { folder: 'h5ad-small-files', ...tiny, files: 5, cells: 40 },
  together: { folder: 'h5ad-small-files-in-one', ...tiny, files: 1, cells: 200 },
};

/** The Python that has Debian's h5py; another one may come first on the PATH. */
export const python = '/usr/bin/python3';

const scripts = ['make_h5ad.py', 'write_anndata.py'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);

/** The files of a workload, below a folder of inputs. */
export class H5adInput {
  readonly #folder: string;
  readonly #contents: string;

  constructor(
    readonly workload: H5adWorkload,
    inputs = inputsFolder,
  ) {
    this.#folder = path.join(inputs, workload.folder);
    this.#contents = path.join(this.#folder, 'contents.json');
  }

  /** Paths of the files, in order. */
  get files(): string[] {
    return Array.from({ length: this.workload.files }, (_, at) =>
      path.join(this.#folder, `sample_${String(at + 1).padStart(3, '0')}.h5ad`),
    );
  }

  /** What a program is given: the file, or the folder of several. */
  get path(): string {
    return this.workload.files === 1 ? this.files[0]! : this.#folder;
  }

  /** What each file holds, as its generator counted; they must have been made. */
  contents(): H5adContents[] {
    return JSON.parse(readFileSync(this.#contents, 'utf8')).files;
  }

  /** Makes the files if they are not there, or were made otherwise. */
  async make(): Promise<void> {
    const { files, cells, genes, donors, counts } = this.workload;
    const options = Object.entries({ files, cells, genes, donors, counts }).flatMap(([name, value]) => [
      `--${name}`,
      String(value),
    ]);
    const madeBy = [...options, ...scripts.map(sha256)].join(' ');
    if (this.#madeBy() === madeBy) return;
    await whole(this.#folder, async (temporary) => {
      // -B: no compiled modules beside the scripts.
      const { stdout } = await promisify(execFile)(python, ['-B', scripts[0]!, temporary, ...options]);
      const contents = { madeBy, files: JSON.parse(stdout) };
      writeFileSync(
        path.join(temporary, path.basename(this.#contents)),
        `${JSON.stringify(contents, null, 2)}\n`,
      );
    });
  }

  #madeBy(): string | undefined {
    try {
      return JSON.parse(readFileSync(this.#contents, 'utf8')).madeBy;
    } catch {
      return undefined;
    }
  }
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
