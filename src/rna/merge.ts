/** Merges what runs came to, below OUT or as configured. */
import path from 'node:path';
import type { OptionValues } from '../engine/command.js';
import type { Live, Outcome } from '../engine/live.js';
import { takeLock } from '../engine/lock.js';
import { ExitStatus, gtkError } from '../errors.js';
import { loadSpeciesConfig } from './config/load.js';
import { Layout } from './layout.js';
import type { GeneLevelWish } from './merge/find-genes.js';
import { type Grouping, type Merged, mergeResults, type SpeciesMerged } from './merge/merge.js';
import type { MergeFormat } from './merge/write-table.js';
import { readMetadata } from './metadata/read.js';

/**
 * Merges the results of a species' runs.
 *
 * @throws GTK_USAGE; GTK_RUN_LOCKED; GTK_INPUT_MISSING; GTK_RNA_CONFIG; GTK_RNA_METADATA and what the merge throws
 */
export async function mergeRuns(values: OptionValues, positionals: string[], live: Live): Promise<Outcome> {
  const { layout, metadataFile, rules, reference, warnings: before } = placesOf(values, positionals);
  const metadata = readMetadata(metadataFile, rules);
  const unlock = takeLock(path.join(layout.own, 'merge.lock'), layout.mergeFolder());
  let merged: Merged;
  try {
    const seen = { done: 0, total: metadata.samples.length, words: 'runs merged' };
    live.show(() => seen);
    merged = await mergeResults({
      layout,
      metadata,
      reference,
      tx2gene: values.tx2gene as string | undefined,
      geneLevel: values.geneLevel as GeneLevelWish,
      formats: values.format === 'both' ? ['tsv', 'parquet'] : [values.format as MergeFormat],
      by: values.by as Grouping,
      signal: live.signal,
      onColumn: (total) => {
        seen.done += 1;
        seen.total = total;
      },
    });
  } finally {
    unlock();
  }
  const { folder, species, failures } = merged;
  const warnings = [...before, ...merged.warnings];
  for (const warning of warnings) live.log('warn', warning, {});
  for (const { species: name, missing } of species)
    if (missing.length > 0) live.log('warn', 'runs without a valid result', { species: name, runs: missing });
  const status = failures.length > 0 ? ExitStatus.someFailed : ExitStatus.done;
  const words = status === ExitStatus.done ? 'done' : 'some failed';
  const json = { status: words, exit_status: status, folder, species, warnings, failures };
  return { text: textOf(folder, species), json, failures, status };
}

/** Where everything is: below OUT, or as configured. */
function placesOf(values: OptionValues, [out]: string[]) {
  const { config: file, metadata, root } = values as { config?: string; metadata?: string; root: string };
  if (file === undefined) {
    if (out === undefined)
      throw gtkError('GTK_USAGE', { problem: 'Missing OUT, or --config FILE', command: 'gtk rna merge' });
    const layout = new Layout(path.resolve(out));
    const reference = { fastaFolders: [path.join(layout.out, 'fasta')], transcriptome: undefined };
    return { layout, reference, metadataFile: metadata ?? layout.metadata, rules: { root }, warnings: [] };
  }
  const overrides = { ...(out !== undefined && { out }), ...(metadata !== undefined && { metadata }) };
  const config = loadSpeciesConfig(file, { root, env: process.env, overrides });
  const { requireTissue, warnings } = config;
  const layout = new Layout(config.out, config.roots);
  return {
    layout,
    reference: config,
    metadataFile: config.metadata,
    rules: { root, requireTissue },
    warnings,
  };
}

function textOf(folder: string, species: readonly SpeciesMerged[]): string {
  const lines = species.map(({ species: name, runs, missing, targets, genes }) => {
    const parts = [`${runs} runs`, `${targets} targets`, ...(genes === undefined ? [] : [`${genes} genes`])];
    if (missing.length > 0) {
      const names = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ', …' : '');
      parts.push(`${missing.length} without a result (${names})`);
    }
    return `${name}: ${parts.join(', ')}\n`;
  });
  return `${lines.join('')}${folder}\n`;
}
