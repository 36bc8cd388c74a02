/** `gtk rna batch`: the runs of one species, batch by batch. */
import type { CommandSpec } from '../engine/command.js';
import type { LiveCommand } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';
import { downloadOptions, workOptions } from './options.js';
import { transferOptions } from './sources/endpoints.js';
import { speciesOptions } from './species-options.js';

const spec: CommandSpec = {
  name: 'rna batch',
  summary: 'download, quantify and delete the runs of one species, batch by batch',
  description:
    'Works through the runs of a metadata table in batches: downloads, extracts, quantifies and validates them, and deletes their reads, so that the disk holds the reads of one batch at most. A run with a valid result is skipped; the same command goes on where it was interrupted.',
  positionals: [],
  options: [
    ...speciesOptions,
    {
      name: 'batch-size',
      kind: 'string',
      placeholder: 'N',
      summary: "runs in a batch, or 'auto' for what suits the free space",
      defaultText: 'AK_BATCH_SIZE, else 8',
    },
    {
      name: 'prefetch-batches',
      kind: 'integer',
      placeholder: 'N',
      default: 0,
      summary: 'batches that may be downloaded while one is being quantified',
    },
    {
      name: 'max-samples',
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      summary: 'only the first N eligible runs',
    },
    {
      name: 'batch-disk-gb',
      kind: 'number',
      placeholder: 'N',
      summary: 'smaller batches, so that the reads of one take no more',
    },
    ...downloadOptions,
    ...workOptions,
    ...transferOptions,
    { name: 'report', kind: 'path', placeholder: 'FILE', summary: 'write an HTML report there' },
    { name: 'dry-run', kind: 'flag', summary: 'print the plan as JSON and touch nothing' },
    ...liveOptions,
  ],
  engine: false,
  examples: [
    {
      command: 'gtk rna batch --config config/amalgkit/amalgkit_cfloridanus.yaml --batch-size 8',
      does: 'all runs of one species, eight at a time',
    },
    {
      command: 'gtk rna batch --config yeast.yaml --stream',
      does: 'the same without a byte of reads on the disk',
    },
  ],
  exitStatuses: [{ status: 1, means: 'some runs failed; their list is on standard error' }],
};

export const batchCommand: LiveCommand = {
  spec,
  work: async (values, _positionals, live) => (await import('./batch.js')).batchSpecies(values, live),
};
