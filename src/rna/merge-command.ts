/** `gtk rna merge`: results of runs to tables of species. */
import type { CommandSpec } from '../engine/command.js';
import type { LiveCommand } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';

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

export const mergeCommand: LiveCommand = {
  spec,
  work: async (values, positionals, live) =>
    values.engine === 'amalgkit'
      ? (await import('./merge-by-client.js')).mergeByClient(values, live)
      : (await import('./merge.js')).mergeRuns(values, positionals, live),
};
