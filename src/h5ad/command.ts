/** `gtk h5ad` as the command line sees it: the pipeline, and those of its steps that are runs. */
import path from 'node:path';
import type { CommandSpec } from '../engine/command.js';
import type { Job, SeriesCommand } from '../engine/job.js';
import { logLines } from './log-lines.js';
import { h5adOptions, optionsNamed } from './option-table.js';
import type { ChunkOptions, H5adOptions } from './options.js';
import { printResult } from './print.js';

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
  options: h5adOptions,
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
  warm: 'prepareLibrary',
  loadJob: async () => (await import('./job.js')).h5adJob as unknown as Job,
  print: printResult,
  logged: logLines,
};

export const pipelineCommand: SeriesCommand<H5adOptions> = {
  ...base,
  spec: h5adSpec,
  series: async (values, positionals) =>
    (await import('./series.js')).fileSeries(values, positionals, {
      command: 'gtk h5ad',
      outputDir: values.outputDir as string,
    }),
};

/** Folders of the steps below the interim folder. */
const CONVERTED = 'parquet_chunks';
const AGED = 'aged_chunks';

const stepSpec = {
  engine: true,
  positionals: [
    {
      name: 'PATH',
      summary: "a dataset's folder, or one of several datasets",
      required: false,
      variadic: false,
      path: true,
    },
  ],
};

const ofEveryStep = ['batch-mode', 'interim-dir', 'log-dir', 'chunk-size', 'compression'];

export const convertCommand: SeriesCommand<H5adOptions> = {
  ...base,
  spec: {
    ...h5adSpec,
    name: 'h5ad convert',
    summary: 'step 2: only the sentences, into chunks without ages and split',
    description: `Writes cell sentences and all columns of obs, of all cells, into INTERIM/${CONVERTED}/DATASET/chunks. The next step is gtk h5ad add-age.`,
    options: optionsNamed(
      ...ofEveryStep,
      ...['input-dir', 'top-genes', 'matrix', 'hgnc', 'shared-dir', 'gene-lists-dir', 'collections'],
      ...['skip-existing', 'max-file-size-mb'],
    ),
    examples: [{ command: 'gtk h5ad convert cells.h5ad', does: 'sentences into data/interim' }],
  },
  series: async (values, positionals) =>
    (await import('./series.js')).fileSeries(values, positionals, {
      command: 'gtk h5ad convert',
      outputDir: path.join(values.interimDir as string, CONVERTED),
      // What --keep-interim would keep are the same chunks.
      fixed: {
        ...{ age: false, ageFilter: false, split: false, testSize: 0, seed: 0, report: false },
        interim: undefined,
      },
    }),
};

export const addAgeCommand: SeriesCommand<ChunkOptions> = {
  ...base,
  spec: {
    ...stepSpec,
    name: 'h5ad add-age',
    summary: 'step 3: the ages of cells that were converted before',
    description: `Adds the column age, in years, read from development_stage, to the chunks that gtk h5ad convert wrote, and leaves out cells without an age. The chunks go to INTERIM/${AGED}/DATASET/chunks. The next step is gtk h5ad split.`,
    options: optionsNamed(...ofEveryStep, 'age-filter'),
    examples: [{ command: 'gtk h5ad add-age', does: 'ages for every converted dataset in data/interim' }],
  },
  series: async (values, positionals) => {
    const interim = values.interimDir as string;
    return (await import('./step-series.js')).chunkSeries(values, positionals, {
      sources: [path.join(interim, CONVERTED)],
      outputDir: path.join(interim, AGED),
      age: true,
      split: false,
    });
  },
};

export const splitCommand: SeriesCommand<ChunkOptions> = {
  ...base,
  spec: {
    ...stepSpec,
    name: 'h5ad split',
    summary: 'step 4: train and test, of cells that were converted before',
    description: `Divides the chunks of an earlier step into train and test by donor: those of gtk h5ad add-age where there are any, else those of gtk h5ad convert or --keep-interim.`,
    options: optionsNamed(...ofEveryStep, 'output-dir', 'test-size', 'seed'),
    examples: [
      { command: 'gtk h5ad split --test-size 0.1', does: 'a tenth of the donors of each dataset to test' },
    ],
  },
  series: async (values, positionals) => {
    const interim = values.interimDir as string;
    return (await import('./step-series.js')).chunkSeries(values, positionals, {
      sources: [path.join(interim, AGED), path.join(interim, CONVERTED)],
      outputDir: values.outputDir as string,
      age: false,
      split: true,
    });
  },
};
