import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { H5adInput, type H5adWorkload, python, smallWorkloads, workloads } from './h5ad-inputs.js';
import { inputsFolder } from './input-files.js';
import type { Program } from './measure.js';
import { claim, type Group, type Suite } from './suite.js';

/**
 * The comparisons of `gtk h5ad`: with a floor that only reads the matrix, with h5py and numpy that make the same
 * sentences, and with itself on more cells, more files and fewer workers.
 */

/** Most memory that gtk may take on any input here, in bytes. */
const memoryLimit = 1e9;

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const competitors = fileURLToPath(new URL('h5ad_h5py.py', import.meta.url));

/** Cells, and genes in their sentences. */
interface Sentences {
  cells: number;
  tokens: number;
}

/** All that an input holds. */
function sentencesOf(input: H5adInput): Sentences {
  const sum = (field: 'cells' | 'tokens') =>
    input.contents().reduce((total, contents) => total + contents[field], 0);
  return { cells: sum('cells'), tokens: sum('tokens') };
}

/** All that is in the Parquet files below a folder, as DuckDB counts it. */
async function sentencesBelow(folder: string): Promise<Sentences> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const words = "length(cell_sentence) - length(replace(cell_sentence, ' ', '')) + 1";
    const files = `read_parquet('${folder}/**/*.parquet')`;
    const reader = await connection.runAndReadAll(`select count(*), sum(${words}) from ${files}`);
    const [cells, tokens] = reader.getRows()[0]!;
    return { cells: Number(cells), tokens: Number(tokens) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function expectSame(program: string, found: object, expected: object): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${program} left ${left}, expected ${right}`);
}

/** gtk itself, into a fresh folder; the Parquet files must hold as many cells and genes as the input. */
function gtk(name: string, input: H5adInput, workers = 2): Program {
  return {
    name,
    memoryLimit,
    command(scratch) {
      const folders = ['output', 'log', 'shared'].flatMap((folder) => [
        `--${folder}-dir`,
        path.join(scratch, folder),
      ]);
      const options = ['--no-age-filter', '--workers', String(workers), ...folders, '--quiet'];
      return [process.execPath, main, 'h5ad', input.path, ...options];
    },
    check: async (scratch) =>
      expectSame(name, await sentencesBelow(path.join(scratch, 'output')), sentencesOf(input)),
  };
}

/** h5py that does no more than read the values and column numbers of the matrix. */
function reading(name: string, input: H5adInput): Program {
  const result = (scratch: string) => path.join(scratch, 'read.json');
  return {
    name,
    command: (scratch) => [python, competitors, 'read', input.path, result(scratch)],
    check(scratch) {
      const { stored } = input.contents()[0]!;
      expectSame(name, JSON.parse(readFileSync(result(scratch), 'utf8')), {
        values: stored,
        columns: stored,
      });
    },
  };
}

/** h5py and numpy that write every sentence as a line of text; `wc` must count as many as the input holds. */
function plainText(name: string, input: H5adInput): Program {
  const result = (scratch: string) => path.join(scratch, 'sentences.txt');
  return {
    name,
    command: (scratch) => [python, competitors, 'sentences', input.path, result(scratch)],
    check(scratch) {
      const { stdout } = spawnSync('wc', ['-l', '-w', result(scratch)], { encoding: 'utf8' });
      const [cells, tokens] = stdout.trim().split(/\s+/).map(Number);
      expectSame(name, { cells, tokens }, sentencesOf(input));
    },
  };
}

function comparison(
  title: string,
  inputs: H5adInput[],
  rest: Pick<Group, 'note' | 'programs' | 'claims'>,
): Group {
  return {
    title,
    inputs: inputs.flatMap(({ files }) => files),
    async prepare() {
      for (const input of inputs) await input.make();
    },
    ...rest,
  };
}

function shape({ cells, genes }: H5adWorkload): string {
  return `${cells.toLocaleString('en')} cells × ${genes.toLocaleString('en')} genes`;
}

/** Every group of the h5ad bench, its inputs below `folder`; nothing is made before a group is prepared. */
export function h5adGroups({ small }: { small: boolean }, folder = inputsFolder): Group[] {
  const used = small ? smallWorkloads : workloads;
  const single = new H5adInput(used.single, folder);
  const fourfold = new H5adInput(used.fourfold, folder);
  const many = new H5adInput(used.many, folder);
  const together = new H5adInput(used.together, folder);
  const { files } = used.many;
  const cells = (workload: H5adWorkload) => `${workload.cells.toLocaleString('en')} cells`;
  const [once, four] = [`gtk h5ad, ${cells(used.single)}`, `gtk h5ad, ${cells(used.fourfold)}`];
  const [batch, one] = [`gtk h5ad, ${files} files`, `gtk h5ad, one file of ${cells(used.together)}`];
  return [
    comparison(shape(used.single), [single], {
      note: 'Everything from h5ad to zstd Parquet, beside programs that do a part of it on one core.',
      programs: [
        gtk('gtk h5ad', single),
        reading('h5py, reading only', single),
        plainText('h5py and numpy, plain text', single),
      ],
      claims: [
        claim('gtk h5ad', 'at most', 1.5, 'h5py, reading only'),
        claim('gtk h5ad', 'at most', 0.5, 'h5py and numpy, plain text'),
      ],
    }),
    comparison('Four times the cells', [single, fourfold], {
      programs: [gtk(once, single), gtk(four, fourfold)],
      claims: [
        claim(four, 'at most', 4.2, once),
        { of: four, over: once, figure: 'memory', bound: 'none', limit: 0 },
      ],
    }),
    comparison(`${files} files of ${shape(used.many)}`, [many, together], {
      note:
        `The work itself is taken to be what one file with as many cells as all ${files} takes, ` +
        'so that what a file costs beyond it has everything that is done once a file: opening, gene names, ' +
        'split, run folder, output files.',
      programs: [gtk(batch, many), gtk(one, together)],
      claims: [{ of: batch, over: one, figure: 'extra', items: files, bound: 'at most', limit: 30 }],
    }),
    comparison(`Workers, ${shape(used.single)}`, [single], {
      programs: [gtk('gtk h5ad --workers 1', single, 1), gtk('gtk h5ad --workers 2', single)],
      claims: [
        claim('gtk h5ad --workers 1', 'none', 0, 'gtk h5ad --workers 2'),
        {
          of: 'gtk h5ad --workers 2',
          over: 'gtk h5ad --workers 1',
          figure: 'memory',
          bound: 'none',
          limit: 0,
        },
      ],
    }),
  ];
}

const versionOfModule = (module: string) => [python, '-c', `import ${module}; print(${module}.__version__)`];

/** Flags, groups and tools of `npm run bench -- h5ad`. */
export const h5adSuite: Suite = {
  flags: { small: 'tiny inputs and one round, to see that everything runs; nothing is written' },
  groups: (given) => h5adGroups({ small: given.has('small') }),
  tools: { h5py: versionOfModule('h5py'), numpy: versionOfModule('numpy'), python: [python, '--version'] },
};
