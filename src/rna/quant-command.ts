/** `gtk rna quant`: quantifies reads that are on the disk. */
import type { CommandSpec } from '../engine/command.js';
import type { LiveCommand } from '../engine/live.js';
import { batchCommand } from './batch-command.js';
import { transferOptions } from './sources/endpoints.js';

/** Options of the batch that mean nothing where nothing is downloaded. */
const without = new Set([
  ...transferOptions.map(({ name }) => name),
  ...['batch-size', 'prefetch-batches', 'batch-disk-gb', 'downloads', 'skip-download', 'stream'],
]);

const spec: CommandSpec = {
  name: 'rna quant',
  summary: 'quantify runs whose reads are on the disk already',
  description:
    "Quantifies the reads that lie in the folders of runs, as 'gtk rna fetch', 'gtk rna batch' or amalgkit left them, or that the metadata names as private files. Nothing is downloaded. With names of runs, only those.",
  positionals: [{ name: 'RUN', summary: 'accession of a run', required: false, variadic: true, path: false }],
  options: batchCommand.spec.options.filter(({ name }) => !without.has(name)),
  engine: false,
  examples: [
    {
      command: 'gtk rna quant --config yeast.yaml --keep-fastq SRR6357070 SRR6357071',
      does: 'two runs, whose reads stay',
    },
  ],
  exitStatuses: [{ status: 1, means: 'some runs failed; their list is on standard error' }],
};

/** All runs are one batch: their reads take their place on the disk already. */
const fixed = { batchSize: '999999999', prefetchBatches: 0, skipDownload: true, stream: false, downloads: 1 };

export const quantCommand: LiveCommand = {
  spec,
  work: async (values, runs, live) =>
    (await import('./batch.js')).batchSpecies({ ...values, ...fixed }, live, spec.name, runs),
};
