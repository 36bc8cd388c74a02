/** `gtk rna orchestrate`: all configured species at once. */
import type { CommandSpec } from '../engine/command.js';
import type { LiveCommand } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';
import { workOptions } from './options.js';
import { transferOptions } from './sources/endpoints.js';

const spec: CommandSpec = {
  name: 'rna orchestrate',
  summary: 'work on all configured species at once, sharing downloads and processors',
  description:
    'Finds the configurations of all species and works on all of their runs: a run is quantified as soon as its reads are whole, and its reads are deleted as soon as its result is valid. Each species has a share of the downloads; when one is finished, the others share its part. Free space is watched: downloads wait while there is too little, and what can be spared is deleted.',
  positionals: [],
  options: [
    {
      name: 'config-dir',
      kind: 'path',
      placeholder: 'DIR',
      summary: 'folder of files amalgkit_SPECIES.yaml',
      defaultText: 'config/amalgkit, else config',
    },
    {
      name: 'root',
      kind: 'path',
      placeholder: 'DIR',
      default: '.',
      summary: 'what relative paths of the configurations start from',
    },
    {
      name: 'total-threads',
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      default: 24,
      summary: 'downloads at once, over all species',
    },
    {
      name: 'max-species',
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      summary: 'only the first N species that have something left to do',
    },
    {
      name: 'check-interval',
      kind: 'number',
      placeholder: 'SECONDS',
      min: 0.01,
      default: 300,
      summary: 'how often the status of every species is told',
    },
    {
      name: 'monitor-interval',
      kind: 'number',
      placeholder: 'SECONDS',
      min: 0.01,
      default: 60,
      summary: 'how often it is looked whether downloads of others are whole',
    },
    {
      name: 'quant-threads',
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      default: 10,
      summary: 'quantifications at once',
    },
    {
      name: 'cpu-threads',
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      summary: 'processors that they may keep busy',
      defaultText: 'all processors granted',
    },
    {
      name: 'max-retries',
      kind: 'integer',
      placeholder: 'N',
      default: 3,
      summary: 'how often a run that failed is attempted again',
    },
    {
      name: 'health-check-interval',
      kind: 'number',
      placeholder: 'SECONDS',
      min: 0.01,
      default: 600,
      summary: 'how often the free space is looked at',
    },
    {
      name: 'min-free-gb',
      kind: 'number',
      placeholder: 'N',
      default: 10,
      summary: 'space that must be free to begin',
    },
    {
      name: 'min-free-percent',
      kind: 'number',
      placeholder: 'N',
      default: 0,
      below: 100,
      summary: 'the same as a part of the disk',
    },
    {
      name: 'auto-cleanup-threshold',
      kind: 'number',
      placeholder: 'GB',
      default: 5,
      summary: 'with less free space, downloads wait and what can be spared is deleted',
    },
    {
      name: 'completion-threshold',
      kind: 'number',
      placeholder: 'PART',
      default: 1,
      below: 1.01,
      summary: 'part of the runs of a species after which the rest is given up; 1 is all',
    },
    {
      name: 'once',
      kind: 'flag',
      summary: 'one pass: nothing is attempted twice, and nobody is waited for',
    },
    ...workOptions,
    ...transferOptions,
    {
      name: 'report',
      kind: 'path',
      placeholder: 'DIR',
      summary: 'write an HTML report of each species there',
    },
    { name: 'dry-run', kind: 'flag', summary: 'print the plan as JSON and touch nothing' },
    ...liveOptions,
  ],
  engine: false,
  examples: [
    {
      command: 'gtk rna orchestrate --config-dir config/amalgkit --total-threads 24 --quant-threads 10',
      does: 'all species, 24 downloads at once',
    },
  ],
  exitStatuses: [{ status: 1, means: 'some runs failed; their list is on standard error' }],
};

export const orchestrateCommand: LiveCommand = {
  spec,
  work: async (values, _positionals, live) =>
    (await import('./orchestrate/run.js')).orchestrateSpecies(values, live),
};
