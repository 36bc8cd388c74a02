import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type H5adContents,
  type H5adWorkload,
  h5adContents,
  makeH5ad,
  python,
  smallWorkloads,
  workloads,
} from './h5ad-inputs.js';
import { inputsFolder } from './input-files.js';
import type { Program } from './measure.js';
import { claim, type Group, type Suite } from './suite.js';

/**
 * The comparisons of `gtk h5ad`: with a floor that only reads the matrix, with the sentences as h5py and numpy
 * make them, and with itself on more cells, more files and more workers.
 */

/** Most memory that gtk may take on any input here, in bytes. */
const memoryLimit = 1e9;

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const competitors = fileURLToPath(new URL('h5ad_h5py.py', import.meta.url));

/** Cells and genes in the sentences of several files. */
function total(files: readonly H5adContents[]): { cells: number; tokens: number } {
  const sum = (field: 'cells' | 'tokens') => files.reduce((all, file) => all + file[field], 0);
  return { cells: sum('cells'), tokens: sum('tokens') };
}

function compare(program: string, found: object, expected: object): void {
  const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${program} left ${is}, expected ${should}`);
}

/** Cells and words in the sentences of all Parquet files below a folder, as DuckDB counts them. */
async function sentencesBelow(folder: string): Promise<{ cells: number; tokens: number }> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const words = "length(cell_sentence) - length(replace(cell_sentence, ' ', '')) + 1";
    const reader = await connection.runAndReadAll(
      `select count(*), sum(${words}) from read_parquet('${folder}/**/*.parquet')`,
    );
    const [cells, tokens] = reader.getRows()[0]!;
    return { cells: Number(cells), tokens: Number(tokens) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The inputs of a bench, by what they are for, in a folder. */
class Inputs {
  constructor(readonly folder: string) {}

  path({ folder, files }: H5adWorkload): string {
    return path.join(this.folder, folder, files === 1 ? 'sample_001.h5ad' : '');
  }

  contents(workload: H5adWorkload): H5adContents[] {
    return h5adContents(workload, this.folder);
  }

  /** gtk on a file or a folder; sentences must be those that the workload has. */
  gtk(name: string, workload: H5adWorkload, workers = 2): Program {
    return {
      name,
      memoryLimit,
      command: (scratch) => [
        process.execPath,
        main,
        'h5ad',
        this.path(workload),
        '--no-age-filter',
        '--workers',
        String(workers),
        '--output-dir',
        path.join(scratch, 'out'),
        '--log-dir',
        path.join(scratch, 'logs'),
        // Without a table of approved symbols, whatever the folder where the bench is started has.
        '--shared-dir',
        path.join(scratch, 'shared'),
        '--quiet',
      ],
      check: async (scratch) =>
        compare(name, await sentencesBelow(path.join(scratch, 'out')), total(this.contents(workload))),
    };
  }

  reading(workload: H5adWorkload): Program {
    const name = 'h5py, reading only';
    return {
      name,
      command: (scratch) => [python, competitors, 'read', this.path(workload), path.join(scratch, 'read.json')],
      check: (scratch) => {
        const { stored } = this.contents(workload)[0]!;
        const found = JSON.parse(readFileSync(path.join(scratch, 'read.json'), 'utf8'));
        compare(name, found, { values: stored, columns: stored });
      },
    };
  }

  sentences(workload: H5adWorkload): Program {
    const name = 'h5py and numpy, plain text';
    return {
      name,
      command: (scratch) => [python, competitors, 'sentences', this.path(workload), path.join(scratch, 'text')],
      check: (scratch) => {
        const { stdout } = spawnSync('wc', ['-l', '-w', path.join(scratch, 'text')], { encoding: 'utf8' });
        const [cells, tokens] = stdout.trim().split(/\s+/).map(Number);
        compare(name, { cells, tokens }, total(this.contents(workload)));
      },
    };
  }

  group(title: string, used: H5adWorkload[], rest: Omit<Group, 'title' | 'inputs' | 'prepare'>): Group {
    return {
      title,
      inputs: used,
      prepare: async () => {
        for (const workload of used) await makeH5ad(workload, this.folder);
      },
      ...rest,
    };
  }
}
