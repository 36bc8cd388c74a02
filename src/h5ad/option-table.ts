/** What `gtk h5ad` can be told. */
import type { OptionSpec } from '../engine/command.js';
import { parquetCodecs } from '../formats/table/table.js';
import { hubOptions } from './hub-options.js';

/** Options of the pipeline, and by their names of its steps. */
export const h5adOptions: OptionSpec[] = [
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

/** The options of a step, by their names. */
export function optionsNamed(...names: string[]): OptionSpec[] {
  return names.map((name) => h5adOptions.find((option) => option.name === name)!);
}
