/** The file that says that all files of a dataset stand, and what they are; for whoever works on it next. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AggregateContext } from '../engine/job.js';
import { gtkError } from '../errors.js';
import type { H5adResult } from './aggregate.js';
import type { SideFacts } from './facts.js';
import type { GeneTokenCounts } from './gene-tokens.js';
import type { H5adOptions, RunOptions } from './options.js';
import { sideFolder } from './sides.js';

export const COMPLETION = '_SUCCESS.json';

/** Its content. */
export interface Completion {
  dataset: string;
  gtk_version: string;
  /** What this run read. */
  input: { name: string; bytes: number; mtime_ms: number };
  options: RunOptions;
  /** The run that read the h5ad file, where this one went on from its chunks. */
  origin?: Origin;
  cells: H5adResult['cells'];
  genes: GeneTokenCounts;
  sides: SideFacts[];
  columns: H5adResult['columns'];
  files: { file: string; rows: number; bytes: number }[];
}

export interface Origin {
  input: Completion['input'];
  options: H5adOptions;
  genes: GeneTokenCounts;
}

/** The record of a run, for its output folder. */
export function completionOf(context: AggregateContext<RunOptions>, result: H5adResult): Completion {
  const { file, split } = result.facts;
  const { origin } = file;
  return {
    dataset: result.dataset,
    gtk_version: context.version,
    input: { name: path.basename(file.path), bytes: file.bytes, mtime_ms: file.mtimeMs },
    options: context.options,
    ...(origin && { origin }),
    cells: result.cells,
    genes: result.genes,
    sides: split.sides,
    columns: result.columns,
    files: result.files.filter(({ file }) => !path.isAbsolute(file)),
  };
}

/** The record of the chunks that a run keeps from before the split: they stand in a folder of their own. */
export function interimCompletionOf(context: AggregateContext<RunOptions>, result: H5adResult): Completion {
  const record = completionOf(context, result);
  const kept = result.files.filter(({ file }) => path.isAbsolute(file));
  const files = kept.map((file) => ({ ...file, file: `${sideFolder('all')}/${path.basename(file.file)}` }));
  return { ...record, sides: [together(record.sides)], files };
}

function together(sides: readonly SideFacts[]): SideFacts {
  const whole: SideFacts = { side: 'all', cells: 0, donors: 0, ages: [] };
  const ages = new Map<number | null, number>();
  for (const side of sides) {
    whole.cells += side.cells;
    whole.donors += side.donors;
    for (const { age, cells } of side.ages) ages.set(age, (ages.get(age) ?? 0) + cells);
  }
  whole.ages = [...ages].map(([age, cells]) => ({ age, cells }));
  whole.ages.sort((a, b) => (a.age ?? Number.POSITIVE_INFINITY) - (b.age ?? Number.POSITIVE_INFINITY));
  return whole;
}

/** The record in a folder, or undefined where no complete dataset is. */
export function findCompletion(out: string): Completion | undefined {
  try {
    return JSON.parse(readFileSync(path.join(out, COMPLETION), 'utf8')) as Completion;
  } catch {
    return undefined;
  }
}

/** The same where it must be there. Throws GTK_NO_DATASET. */
export function readCompletion(out: string): Completion {
  const found = findCompletion(out);
  if (!found) throw gtkError('GTK_NO_DATASET', { folder: out });
  return found;
}

/** The run that read the h5ad file behind a dataset. */
export function originOf({ input, options, genes, origin }: Completion): Origin | undefined {
  return options.source === 'h5ad' ? { input, options, genes } : origin;
}
