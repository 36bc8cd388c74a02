/** Merges all results below an OUT folder: tables of each species, metadata, quality, samplesheet, versions. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ErrorRecord, fromErrorRecord, GtkError, gtkError } from '../../errors.js';
import { packageVersion } from '../../root.js';
import type { Layout } from '../layout.js';
import type { Metadata } from '../metadata/read.js';
import { tableRows } from '../metadata/table-rows.js';
import { findReads } from '../reads/find-reads.js';
import type { ReferencePlaces } from '../reference/find-reference.js';
import type { Sample } from '../sample.js';
import { readState } from '../status/journal-state.js';
import { findGenes, type GeneLevelWish } from './find-genes.js';
import { type ColumnPlan, mergeSpecies, type TablesWritten } from './merge-species.js';
import { mergedMetadata } from './merged-metadata.js';
import { qcTable } from './qc-table.js';
import { factsOf, isExcluded, type RunFacts } from './run-facts.js';
import { samplesheetText } from './samplesheet.js';
import { swapFolder } from './swap-folder.js';
import { versionsText } from './versions.js';
import type { MergeFormat } from './write-table.js';

/** What runs are put together in tables of their own, besides those of the runs. */
export type Grouping = 'run' | 'experiment' | 'sample';

export interface MergeOptions {
  layout: Layout;
  metadata: Metadata;
  /** Where headers of references may tell genes. */
  reference: ReferencePlaces;
  /** Table or annotation that tells genes. */
  tx2gene: string | undefined;
  geneLevel: GeneLevelWish;
  formats: readonly MergeFormat[];
  by: Grouping;
  signal: AbortSignal;
  /** Called as runs are read, with how many columns there are to read in all. */
  onColumn: (total: number) => void;
}

/** What became of one species. */
export interface SpeciesMerged extends TablesWritten {
  species: string;
  /** Runs in its tables. */
  runs: number;
  /** Runs that should have a result and have none. */
  missing: readonly string[];
}

export interface Merged {
  folder: string;
  species: SpeciesMerged[];
  /** Species that could not be merged; the others were. */
  failures: ErrorRecord[];
  warnings: string[];
}

/**
 * Writes `OUT/merge` anew. What stood there stays whole until all of it is written.
 *
 * @throws GTK_RNA_NO_RESULT or what else ended the work on the first species, if none can be merged;
 *   GTK_RNA_TX2GENE, GTK_NOT_WRITABLE; the signal's reason
 */
export async function mergeResults(options: MergeOptions): Promise<Merged> {
  const { layout, metadata, signal } = options;
  const state = readState(layout.journal);
  const facts: RunFacts[] = [];
  for (const sample of metadata.samples) {
    signal.throwIfAborted();
    facts.push(factsOf(sample, layout, state));
  }
  const folder = layout.mergeFolder();
  const merged: Merged = { folder, species: [], failures: [], warnings: [] };
  await swapFolder(folder, isOurs, async (fresh) => {
    await mergeAll(options, facts, fresh, merged);
    const write = (name: string, text: string) => writeFileSync(path.join(fresh, name), text);
    write('metadata.tsv', mergedMetadata(metadata, facts));
    write('qc.tsv', qcTable(facts));
    const samples = metadata.samples.filter(({ excluded }) => excluded === undefined);
    write(
      'samplesheet.csv',
      samplesheetText(samples, (sample) => keptReads(layout, sample)),
    );
    write('versions.yml', versionsText(facts, state, packageVersion()));
  });
  return merged;
}

/** Reads that are on the disk, however long they have been there. */
function keptReads(layout: Layout, sample: Sample): readonly string[] {
  const size = { sraMinBytes: 0, sraMaxBytes: Number.POSITIVE_INFINITY };
  const rules = { settleSeconds: 0, sraSettleSeconds: 0, ...size, known: () => true };
  const found = findReads(layout, sample, rules);
  return found.kind === 'fastq' ? found.files : [];
}

/** Files that a merge leaves: those of an earlier one go, even of species that are no longer there. */
function isOurs(file: string): boolean {
  const [species, name, ...deeper] = file.split(path.sep) as [string, string?, ...string[]];
  if (name === undefined || deeper.length > 0) return false;
  return (
    name.startsWith(`${species}_`) && /_(est_counts|tpm|eff_length|quant_model)\.(tsv|parquet)$/.test(name)
  );
}

async function mergeAll(options: MergeOptions, facts: RunFacts[], fresh: string, merged: Merged) {
  const { layout, metadata, by, tx2gene } = options;
  const groups = groupsOf(metadata, by);
  const found = facts.filter(({ result }) => result !== undefined).length;
  const onColumn = () => options.onColumn(found);
  const genesOf = await findGenes(options);
  for (const species of new Set(facts.map(({ sample }) => sample.species))) {
    const own = facts.filter(({ sample }) => sample.species === species && !isExcluded(sample));
    const withResult = own.filter(({ result }) => result !== undefined);
    const missing = own.filter(({ sample, result }) => !result && sample.excluded === undefined);
    const names = missing.map(({ sample }) => sample.run);
    try {
      if (withResult.length === 0 && missing.length === 0) continue;
      if (withResult.length === 0) {
        const quant = path.dirname(layout.quantFolder('run'));
        throw gtkError('GTK_RNA_NO_RESULT', { species, runs: missing.length, folder: quant });
      }
      const folder = path.join(fresh, species);
      mkdirSync(folder);
      const geneOf = await genesOf(species);
      const tables = { ...options, folder, geneOf, onColumn };
      const written = await mergeSpecies({ ...tables, prefix: species, columns: plansOf(withResult) });
      if (by !== 'run') {
        const columns = plansOf(withResult, groups);
        await mergeSpecies({ ...tables, prefix: `${species}_${by}`, columns, onColumn: () => {} });
      }
      writeFileSync(path.join(folder, `${species}_quant_model.tsv`), quantModel(withResult));
      merged.species.push({ species, runs: withResult.length, missing: names, ...written });
      if (written.withoutGene)
        merged.warnings.push(
          `${species}: ${written.withoutGene} of ${written.targets} targets have no known gene`,
        );
    } catch (error) {
      if (!(error instanceof GtkError) || error.code === 'GTK_NOT_WRITABLE') throw error;
      rmSync(path.join(fresh, species), { recursive: true, force: true });
      merged.failures.push(error.toJSON());
    }
  }
  if (merged.species.length === 0) {
    const [first] = merged.failures;
    if (first) throw fromErrorRecord(first);
    throw gtkError('GTK_RNA_NO_RESULT', { species: metadata.file, runs: 0, folder: layout.out });
  }
  if (tx2gene !== undefined && options.geneLevel !== 'no' && merged.species.every(({ genes }) => !genes)) {
    const targets = merged.species.map(({ targets }) => targets).reduce((sum, count) => sum + count, 0);
    const found = `none of the ${targets} targets that were quantified`;
    throw gtkError('GTK_RNA_TX2GENE', { path: tx2gene, place: 'the file', found, expected: 'most of them' });
  }
}

/** One column a run, or one a group in the order of the first runs. */
function plansOf(facts: readonly RunFacts[], groups?: (sample: Sample) => string): ColumnPlan[] {
  const plans = new Map<string, ColumnPlan['runs'][number][]>();
  for (const { sample, result } of facts) {
    const name = groups?.(sample) ?? sample.run;
    const runs = plans.get(name) ?? [];
    plans.set(name, runs);
    runs.push({ run: sample.run, file: result!.abundance });
  }
  return [...plans].map(([name, runs]) => ({ name, runs }));
}

/** Which group a run is in; one whose experiment or sample is not told is alone. */
function groupsOf(metadata: Metadata, by: Grouping): (sample: Sample) => string {
  if (by !== 'sample') return ({ run, experiment }) => experiment || run;
  const [header, ...rows] = tableRows(metadata.textOf(metadata.samples.map(({ row }) => row)));
  const places = ['biosample', 'sra_sample'].map((column) => header!.cells.indexOf(column));
  const names = rows.map(({ cells }) => places.map((place) => cells[place]?.trim()).find(Boolean));
  return ({ run, row }) => names[row] ?? run;
}

/** Which model each run was quantified with, as amalgkit notes it. */
function quantModel(facts: readonly RunFacts[]): string {
  const rows = facts.map(({ sample, info }) => `${sample.run}\t${info!.program}\teffective\n`);
  return `run\tbackend\tlength_model\n${rows.join('')}`;
}
