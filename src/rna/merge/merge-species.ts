/** Merges the results of one species into tables of targets, and of genes where those are known. */
import path from 'node:path';
import {
  type Column,
  type Measure,
  measures,
  type RunFile,
  readAbundance,
  type Targets,
} from './abundance.js';
import { ColumnFile } from './column-file.js';
import { combineRuns } from './combine-runs.js';
import { GeneLevel, type GeneOf } from './gene-level.js';
import { type MergeFormat, type NumberTable, writeTable } from './write-table.js';

/** A column of the tables: one run, or several that are taken together. */
export interface ColumnPlan {
  name: string;
  runs: readonly RunFile[];
}

export interface SpeciesTables {
  /** Absolute; in which all files appear as they are written: nobody may read there yet. */
  folder: string;
  /** What the names of the files begin with: `Genus_species`. */
  prefix: string;
  columns: readonly ColumnPlan[];
  geneOf: GeneOf | undefined;
  formats: readonly MergeFormat[];
  signal: AbortSignal;
  /** Called when a column is read. */
  onColumn: () => void;
}

/** What was written. */
export interface TablesWritten {
  targets: number;
  /** Undefined without tables of genes. */
  genes?: number;
  /** Targets of no known gene. */
  withoutGene?: number;
}

/**
 * Writes a table of each measure.
 *
 * Each result is read once. Memory holds the columns of three runs, 24 bytes a target each, and 64 MiB of rows on
 * their way out, whatever the number of runs; the folder holds 24 bytes a target and run, until its tables stand.
 *
 * @throws what readAbundance and writeTable throw; the signal's reason
 */
export async function mergeSpecies(tables: SpeciesTables): Promise<TablesWritten> {
  const { folder, prefix, columns, geneOf, formats, signal, onColumn } = tables;
  let targets: Targets | undefined;
  let whole: Interim | undefined;
  let level: GeneLevel | undefined;
  let genes: Interim | undefined;
  async function* tablesOf(runs: readonly RunFile[]) {
    for (const run of runs) {
      signal.throwIfAborted();
      const table = await readAbundance(run, targets);
      targets ??= table.targets;
      yield table;
    }
  }
  try {
    for (const { name, runs } of columns) {
      const column = await combineRuns(tablesOf(runs));
      whole ??= new Interim(folder, targets!.count);
      whole.add(name, column);
      if (geneOf) {
        level ??= new GeneLevel(targets!, geneOf);
        if (level.genes.length > 0) {
          genes ??= new Interim(folder, level.genes.length);
          genes.add(name, level.add(column));
        }
      }
      onColumn();
    }
    const base = (measure: string) => path.join(folder, `${prefix}_${measure}`);
    for (const measure of measures) {
      const table = { idName: 'target_id', ids: targets!.ids, ...whole!.take(measure) } as const;
      await write(table, base(measure), formats, signal);
      if (!genes) continue;
      const fill = measure === 'eff_length' ? { fill: level!.unknownLengths() } : {};
      const ofGenes = { idName: 'gene_id', ids: level!.ids, ...genes.take(measure), ...fill } as const;
      await write(ofGenes, base(`gene_${measure}`), formats, signal);
    }
  } finally {
    whole?.close();
    genes?.close();
  }
  const count = targets!.count;
  return level
    ? { targets: count, genes: level.genes.length, withoutGene: level.withoutGene }
    : { targets: count };
}

async function write(
  table: NumberTable,
  base: string,
  formats: readonly MergeFormat[],
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const format of formats) await writeTable(table, `${base}.${format}`, format, signal);
  } finally {
    table.values.close();
  }
}

/** The columns of all measures, until their table is written. */
class Interim {
  readonly #open = new Map<Measure, ColumnFile>();
  readonly #columns: { name: string; whole: Column['whole'] }[] = [];

  constructor(folder: string, rows: number) {
    for (const measure of measures)
      this.#open.set(measure, new ColumnFile(path.join(folder, `.${measure}.f64`), rows));
  }

  add(name: string, { values, whole }: Column): void {
    for (const [measure, file] of this.#open) file.append(values[measure]);
    this.#columns.push({ name, whole });
  }

  /** Hands one measure over; whoever takes it closes its file. */
  take(measure: Measure): Pick<NumberTable, 'columns' | 'values'> {
    const values = this.#open.get(measure)!;
    this.#open.delete(measure);
    return { values, columns: this.#columns.map(({ name, whole }) => ({ name, whole: whole[measure] })) };
  }

  close(): void {
    for (const file of this.#open.values()) file.close();
  }
}
