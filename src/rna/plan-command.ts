/** `gtk rna plan`: from accessions to the table of runs that the other commands work through. */
import type { CommandSpec } from '../engine/command.js';
import type { LiveCommand } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';
import { transferOptions } from './sources/endpoints.js';

const spec: CommandSpec = {
  name: 'rna plan',
  summary: 'look up runs at ENA and write them as a metadata table',
  description:
    'Asks ENA for the runs of accessions (run, experiment, sample, study or project; of ENA, NCBI or DDBJ) and writes them as metadata.tsv in the columns of amalgkit, with the addresses and checksums of their FASTQ files. Runs of another strategy than RNA-Seq, and runs without reads, stand in the table with the reason in the column exclusion, so that the other commands leave them alone. A run that several accessions name is written once.',
  positionals: [
    {
      name: 'ACCESSION',
      summary: 'accession such as SRR6357070, SRX3457420, SAMN08365310, SRP131785 or PRJNA432544',
      required: false,
      variadic: true,
      path: false,
    },
  ],
  options: [
    {
      name: 'list',
      kind: 'path',
      placeholder: 'FILE',
      summary: 'text file of more accessions; # begins a comment',
    },
    {
      name: 'out',
      kind: 'path',
      placeholder: 'FILE|DIR',
      default: '.',
      summary: 'table to write; for a folder, metadata/metadata.tsv in it',
    },
    { name: 'force', kind: 'flag', summary: 'replace a table that is there already' },
    {
      name: 'species',
      kind: 'list',
      placeholder: 'NAMES',
      summary: 'only runs of these species, such as "Mus musculus,Rattus norvegicus"',
    },
    { name: 'all-strategies', kind: 'flag', summary: 'do not exclude other strategies than RNA-Seq' },
    {
      name: 'batch-size',
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      default: 8,
      summary: 'runs in a batch, for the estimate of batches and space',
    },
    ...transferOptions.filter(({ name }) => ['retries', 'retry-delay', 'ena-portal-url'].includes(name)),
    ...liveOptions,
  ],
  engine: false,
  examples: [
    {
      command: 'gtk rna plan PRJNA432544 --out work',
      does: 'all runs of a project, in work/metadata/metadata.tsv',
    },
    { command: 'gtk rna plan --list SRR_Acc_List.txt --out runs.tsv', does: 'the runs of an accession list' },
  ],
  exitStatuses: [{ status: 1, means: 'some accessions brought no run; the runs of the others are written' }],
};

export const planCommand: LiveCommand = {
  spec,
  work: async (values, accessions, live) =>
    (await import('./plan-runs.js')).planRuns(values, accessions, live),
};
