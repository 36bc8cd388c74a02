/** What is in an h5ad file, and what a run would make of it; a second at most, whatever its size. */
import { statSync } from 'node:fs';
import { GtkError } from '../errors.js';
import { columnTexts, type Frame } from '../formats/anndata/frame.js';
import { type AnnData, openAnnData } from '../formats/anndata/open.js';
import { donorColumn, STAGE_COLUMN } from './cell-facts.js';
import { readGenes } from './dataset.js';
import type { AgeFacts, SplitFacts } from './facts.js';
import type { GeneTokenCounts } from './gene-tokens.js';
import type { H5adOptions } from './options.js';
import { decide } from './split-decision.js';

/** A column of `obs` or `var` and what is in it. */
export interface ColumnLook {
  name: string;
  type: string;
  /** Distinct values, where the file lists them. */
  distinct?: number;
  /** The first few values. */
  values: string[];
}

export interface Inspection {
  path: string;
  bytes: number;
  cells: number;
  genes: number;
  organism?: string;
  matrices: {
    name: string;
    encoding: string;
    value_type: string;
    rows: number;
    columns: number;
    stored_values: number;
  }[];
  /** Matrices that cannot be read, and why. */
  unusable: { name: string; reason: string }[];
  cell_index: { name: string; values: string[] };
  obs: ColumnLook[];
  gene_index: { name: string; values: string[] };
  var: ColumnLook[];
  unreadable: { name: string; encoding: string }[];
  /** What a run with these options would do, or why it would fail. */
  run: {
    genes?: GeneTokenCounts;
    ages?: AgeFacts;
    split?: SplitFacts;
    problems: string[];
    not_looked_at: string[];
  };
}

const SHOWN = 8;
/** Cells beyond which only columns with codes are gone through: text takes a microsecond each. */
const MANY_CELLS = 500_000;

/** Looks at the file. Throws what opening it throws. */
export async function inspect(path: string, options: H5adOptions): Promise<Inspection> {
  const file = await openAnnData(path);
  try {
    const { matrices, unusable } = lookAtMatrices(file);
    return {
      path,
      bytes: statSync(path).size,
      cells: file.cells,
      genes: file.var.rows,
      ...(file.organism !== undefined && { organism: file.organism }),
      matrices,
      unusable,
      cell_index: { name: file.obs.indexName, values: file.obs.readIndex(0, Math.min(SHOWN, file.cells)) },
      obs: lookAtColumns(file.obs),
      gene_index: { name: file.var.indexName, values: file.var.readIndex(0, Math.min(SHOWN, file.var.rows)) },
      var: lookAtColumns(file.var),
      unreadable: [...file.obs.unreadable],
      run: await foresee(file, options),
    };
  } finally {
    file.close();
  }
}

function lookAtMatrices(file: AnnData): Pick<Inspection, 'matrices' | 'unusable'> {
  const found: Pick<Inspection, 'matrices' | 'unusable'> = { matrices: [], unusable: [] };
  for (const name of file.matrices) {
    try {
      const { encoding, valueType, rows, columns, stored } = file.matrix(name).matrix;
      found.matrices.push({ name, encoding, value_type: valueType, rows, columns, stored_values: stored });
    } catch (error) {
      if (!(error instanceof GtkError)) throw error;
      found.unusable.push({ name, reason: error.message });
    }
  }
  return found;
}

function lookAtColumns(frame: Frame): ColumnLook[] {
  return frame.columns.map(({ name, type }) => {
    const column = frame.read(name, 0, Math.min(SHOWN, frame.rows));
    if (column.type !== 'categorical') return { name, type, values: columnTexts(column) };
    const { categories } = column;
    return { name, type, distinct: categories.length, values: categories.slice(0, SHOWN) };
  });
}

async function foresee(file: AnnData, options: H5adOptions): Promise<Inspection['run']> {
  const run: Inspection['run'] = { problems: [], not_looked_at: [] };
  const attempt = async (work: () => Promise<void> | void) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof GtkError)) throw error;
      run.problems.push(`${error.message}. ${error.remedy}`);
    }
  };
  await attempt(async () => {
    const { counts } = await readGenes(file.path, file.matrix(options.matrix).genes, options);
    run.genes = counts;
  });
  const slow = slowColumns(file);
  if (slow.length > 0) run.not_looked_at.push(...slow);
  else {
    await attempt(() => {
      const { facts } = decide(file, options);
      [run.ages, run.split] = facts;
    });
  }
  return run;
}

/** Columns that decide the split and would take long to go through. */
function slowColumns({ obs, cells }: AnnData): string[] {
  if (cells <= MANY_CELLS) return [];
  const donor = donorColumn(obs);
  if (donor === undefined) return ['the split, which would be by cell'];
  return obs.columns
    .filter(({ name, type }) => (name === donor || name === STAGE_COLUMN) && type !== 'categorical')
    .map(({ name }) => `${name} of obs, which is text`);
}
