/** `gtk h5ad` as the command line sees it. */
import type { CommandSpec, OptionSpec } from '../engine/command.js';
import type { Job, SeriesCommand } from '../engine/job.js';
import { parquetCodecs } from '../formats/table/table.js';
import type { H5adResult } from './aggregate.js';
import { hubOptions } from './hub-options.js';
import type { H5adOptions } from './options.js';

const options: OptionSpec[] = [
  {
    name: 'batch-mode',
    kind: 'flag',
    summary: 'handle every .h5ad file of the folder; several files are handled so without it too',
  },
  {
    name: 'input-dir',
    kind: 'path',
    placeholder: 'DIR',
    default: 'data/input',
    summary: 'folder of h5ad files where no PATH is given',
  },
  {
    name: 'interim-dir',
    kind: 'path',
    placeholder: 'DIR',
    default: 'data/interim',
    summary: 'folder for chunks before the split, with --keep-interim',
  },
  {
    name: 'output-dir',
    aliases: ['out'],
    kind: 'path',
    placeholder: 'DIR',
    default: 'data/output',
    summary: 'folder in which every dataset gets its own',
  },
  { name: 'log-dir', kind: 'path', placeholder: 'DIR', default: 'logs', summary: 'folder of the logs' },
  {
    name: 'chunk-size',
    aliases: ['batch-size'],
    kind: 'integer',
    placeholder: 'N',
    default: 10_000,
    min: 1,
    summary: 'cells in a Parquet file',
  },
  {
    name: 'top-genes',
    kind: 'integer',
    placeholder: 'N',
    default: 2000,
    min: 0,
    summary: 'genes in a sentence at most; 0 is all that are expressed',
  },
  {
    name: 'matrix',
    kind: 'string',
    placeholder: 'NAME',
    default: 'X',
    summary: 'matrix to read: X, raw or layer:NAME',
  },
  {
    name: 'compression',
    kind: 'choice',
    choices: parquetCodecs,
    default: 'zstd',
    placeholder: 'CODEC',
    summary: 'compression of the Parquet files',
  },
  {
    name: 'hgnc',
    kind: 'path',
    placeholder: 'FILE',
    summary: 'HGNC table that gives human Ensembl ids their approved symbols',
    defaultText: 'what gtk h5ad hgnc kept, if anything',
  },
  {
    name: 'shared-dir',
    kind: 'path',
    placeholder: 'DIR',
    default: 'data/shared',
    summary: 'folder where gtk h5ad hgnc keeps its table',
  },
  {
    name: 'gene-lists-dir',
    kind: 'path',
    placeholder: 'DIR',
    summary: 'folder of gene lists, NAME.txt with a symbol a line: each adds a column gene_sentence_NAME',
  },
  {
    name: 'collections',
    kind: 'path',
    placeholder: 'FILE',
    summary: 'JSON, TSV or Parquet of CELLxGENE collections: adds the columns of the publication',
  },
  {
    name: 'age-filter',
    kind: 'flag',
    default: true,
    summary: 'leave out cells without an age; --no-age-filter keeps them',
  },
  {
    name: 'test-size',
    kind: 'number',
    placeholder: 'SHARE',
    default: 0.05,
    min: 0,
    below: 1,
    summary: 'share of the donors whose cells go to test; 0 is none',
  },
  { name: 'seed', kind: 'integer', placeholder: 'N', default: 42, min: 0, summary: 'seed of the split' },
  { name: 'skip-train-test-split', kind: 'flag', summary: 'write all cells into one folder' },
  { name: 'skip-existing', kind: 'flag', summary: 'leave datasets alone that are complete already' },
  {
    name: 'max-file-size-mb',
    kind: 'number',
    placeholder: 'N',
    min: 0,
    summary: 'leave out files of more than N times 1,048,576 bytes',
  },
  { name: 'report', kind: 'flag', summary: 'write a self-contained HTML report with plots' },
  ...hubOptions,
];

export const h5adSpec: CommandSpec = {
  name: 'h5ad',
  summary: 'turn single-cell h5ad files into cell sentences in Parquet',
  description:
    'Writes for every cell the names of its expressed genes by falling expression, its age from development_stage and all columns of obs as Parquet, divided into train and test by donor. Files are handled one by one, each in blocks of cells: memory does not grow with the file, a file that fails does not stop the others, and a run that was stopped goes on where it was.',
  positionals: [
    {
      name: 'PATH',
      summary: 'an h5ad file, or a folder of them',
      required: false,
      variadic: false,
      path: true,
    },
  ],
  options,
  engine: true,
  examples: [
    { command: 'gtk h5ad cells.h5ad', does: 'one file into data/output/cells' },
    { command: 'gtk h5ad --batch-mode data/input', does: 'every file of a folder' },
    {
      command: 'gtk h5ad cells.h5ad --hgnc hgnc_complete_set.tsv.gz --no-age-filter --report',
      does: 'approved symbols for Ensembl ids, cells without an age too, and a report',
    },
    {
      command: 'gtk h5ad cells.h5ad --matrix raw --top-genes 0 --test-size 0.2',
      does: 'all expressed genes of the raw counts, a fifth of the donors for testing',
    },
  ],
  exitStatuses: [{ status: 1, means: 'some files failed, the others are written' }],
};

const base = {
  loadJob: async () => (await import('./job.js')).h5adJob as unknown as Job,
  print: (result: unknown) => printText(result as H5adResult),
};

export const pipelineCommand: SeriesCommand<H5adOptions> = {
  ...base,
  spec: h5adSpec,
  series: async (values, positionals) =>
    (await import('./series.js')).fileSeries(values, positionals, { command: 'gtk h5ad' }),
};

/** The same by its longer name. */
export const runAllCommand: SeriesCommand<H5adOptions> = {
  ...pipelineCommand,
  spec: { ...h5adSpec, name: 'h5ad run-all' },
};

function printText({ dataset, facts, cells, genes, sentence, files, warnings }: H5adResult): string {
  const count = (number: number) => number.toLocaleString('en');
  const { file, ages, split } = facts;
  const mean = cells.kept === 0 ? 0 : sentence.sum / cells.kept;
  const sides = split.sides.map(
    ({ side, cells, donors }) =>
      `${side} ${count(cells)} cells${donors > 0 ? ` of ${count(donors)} donors` : ''}`,
  );
  const sources = [`${count(genes.hgnc)} by HGNC`, `${count(genes.symbol)} by a column of symbols`];
  return `${[
    `${dataset}: ${count(file.cells)} cells, ${count(file.genes)} genes; ${file.matrix} is ${file.encoding} ${file.value_type}`,
    `  genes    ${[...sources, `${count(genes.index)} by the index`, `${count(genes.leftOut)} left out`].join(', ')}`,
    `  ages     ${count(ages.with_age)} cells have one, ${count(ages.without_age)} have none${ages.dropped > 0 ? ' and are left out' : ''}`,
    `  split    ${sides.join(', ')}`,
    `  sentence ${sentence.min} to ${sentence.max} genes, ${mean.toFixed(1)} on average${cells.empty > 0 ? `; ${count(cells.empty)} are empty` : ''}`,
    `  files    ${count(files.length)}, ${count(files.reduce((sum, { bytes }) => sum + bytes, 0))} bytes`,
    ...warnings.map((warning) => `  warning: ${warning}`),
  ].join('\n')}\n`;
}
