/** `gtk rna merge`: results of runs to tables of species. */
import path from 'node:path';
import type { CommandSpec, OptionValues } from '../engine/command.js';
import type { Live, LiveCommand, Outcome } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';
import { takeLock } from '../engine/lock.js';
import { ExitStatus, gtkError } from '../errors.js';
import { loadSpeciesConfig } from './config/load.js';
import { Layout } from './layout.js';
import type { GeneLevelWish } from './merge/find-genes.js';
import { type Grouping, type Merged, mergeResults, type SpeciesMerged } from './merge/merge.js';
import type { MergeFormat } from './merge/write-table.js';
import { mergeByClient } from './merge-by-client.js';
import { readMetadata } from './metadata/read.js';

const spec: CommandSpec = {
  name: 'rna merge',
  summary: 'put the results of runs together into tables of counts and abundances',
  description:
    'Writes OUT/merge: for each species tables of estimated counts, transcripts per million and effective lengths with one column a run, as amalgkit merge writes them, and the same for genes where they are known; the metadata with mapping rates, a table of how each run fared, a samplesheet for nf-core/rnaseq and the versions of the programs. The tables of genes are those of tximport without scaling: counts and transcripts per million are added, lengths are means weighted with them. An earlier merge stays in its place until the new one is whole.',
  positionals: [
    {
      name: 'OUT',
      summary: 'folder of the results; as configured if it is left out',
      required: false,
      variadic: false,
      path: true,
    },
  ],
  options: [
    { name: 'config', kind: 'path', placeholder: 'FILE', summary: 'YAML file of the species' },
    {
      name: 'root',
      kind: 'path',
      placeholder: 'DIR',
      default: '.',
      summary: 'what relative paths of configuration and metadata start from',
    },
    {
      name: 'metadata',
      kind: 'path',
      placeholder: 'FILE',
      summary: 'table of the runs',
      defaultText: 'OUT/metadata/metadata.tsv',
    },
    {
      name: 'tx2gene',
      kind: 'path',
      placeholder: 'FILE',
      summary: 'targets and their genes: TSV or CSV of two columns, GTF or GFF3',
      defaultText: 'headers of the reference that have gene:',
    },
    {
      name: 'gene-level',
      kind: 'choice',
      choices: ['auto', 'yes', 'no'],
      default: 'auto',
      placeholder: 'WHEN',
      summary: 'tables of genes: auto is where genes are known',
    },
    {
      name: 'format',
      kind: 'choice',
      choices: ['tsv', 'parquet', 'both'],
      default: 'tsv',
      placeholder: 'NAME',
      summary: 'of the tables',
    },
    {
      name: 'by',
      kind: 'choice',
      choices: ['run', 'experiment', 'sample'],
      default: 'run',
      placeholder: 'WHAT',
      summary: 'also write tables in which the runs of one experiment or biosample are taken together',
    },
    {
      name: 'engine',
      kind: 'choice',
      choices: ['gtk', 'amalgkit'],
      default: 'gtk',
      placeholder: 'NAME',
      summary: 'what writes the tables; amalgkit hands it to the Python client and needs --config',
    },
    ...liveOptions,
  ],
  engine: false,
  examples: [
    { command: 'gtk rna merge out', does: 'merge all results below out' },
    {
      command: 'gtk rna merge out --tx2gene annotation.gtf.gz --by experiment',
      does: 'also by gene, and with technical replicates taken together',
    },
  ],
  exitStatuses: [{ status: 1, means: 'some species could not be merged; the others were' }],
};

async function work(values: OptionValues, positionals: string[], live: Live): Promise<Outcome> {
  if (values.engine === 'amalgkit') return mergeByClient(values, live);
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

export const mergeCommand: LiveCommand = { spec, work };
