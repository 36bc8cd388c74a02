/** Options of the commands that work on runs, and the rules that they mean. */
import type { OptionSpec, OptionValues } from '../engine/command.js';
import { GIGABYTE } from './disk.js';
import type { SpeciesConfig } from './species.js';
import type { WorkRules } from './workshop.js';

/** How much is downloaded at once for one species. */
export const downloadOptions: readonly OptionSpec[] = [
  {
    name: 'min-free-gb',
    kind: 'number',
    placeholder: 'N',
    default: 0,
    summary: 'space that is to stay free: downloads wait for it',
  },
  {
    name: 'downloads',
    kind: 'integer',
    placeholder: 'N',
    default: 4,
    min: 1,
    summary: 'transfers at once',
  },
];

/** When files of others count as whole, and programs as hung. */
export const fileOptions: readonly OptionSpec[] = [
  {
    name: 'settle-seconds',
    kind: 'number',
    placeholder: 'N',
    default: 30,
    summary: 'FASTQ of others counts as whole when it was left alone for so long',
  },
  {
    name: 'sra-settle-seconds',
    kind: 'number',
    placeholder: 'N',
    default: 300,
    summary: 'the same for SRA archives',
  },
  {
    name: 'sra-min-mb',
    kind: 'number',
    placeholder: 'N',
    default: 0,
    summary: 'smaller SRA archives of others are taken for unfinished',
  },
  {
    name: 'sra-max-gb',
    kind: 'number',
    placeholder: 'N',
    default: 100,
    summary: 'larger ones are left alone',
  },
  {
    name: 'process-timeout',
    kind: 'number',
    placeholder: 'SECONDS',
    default: 3600,
    summary: 'a program that shows no sign of life for so long is ended',
  },
];

/** How runs are worked on. */
export const workOptions: readonly OptionSpec[] = [
  {
    name: 'engine',
    kind: 'choice',
    choices: ['kallisto', 'salmon', 'amalgkit'],
    default: 'kallisto',
    placeholder: 'NAME',
    summary: 'what quantifies; amalgkit hands download and quantification to the Python client',
  },
  { name: 'stream', kind: 'flag', summary: 'send reads from the network into kallisto, without a file' },
  {
    name: 'skip-download',
    kind: 'flag',
    summary: 'quantify only what is on the disk already',
  },
  { name: 'keep-fastq', kind: 'flag', summary: 'keep the reads of runs that are done' },
  {
    name: 'delete-on-failure',
    kind: 'flag',
    summary: 'delete the reads of runs that could not be quantified, too',
  },
  { name: 'redo', kind: 'flag', summary: 'quantify runs with a valid result again' },
  {
    name: 'memory',
    kind: 'bytes',
    placeholder: 'SIZE',
    summary: 'memory that quantifications may hold at once, such as 16G',
    defaultText: 'three quarters of what is there',
  },
  {
    name: 'min-mapped-percent',
    kind: 'number',
    placeholder: 'N',
    default: 0,
    min: 0,
    below: 101,
    summary: 'warn of runs of which a smaller part is pseudoaligned',
  },
  ...fileOptions,
  {
    name: 'quant-hours',
    kind: 'number',
    placeholder: 'N',
    default: 12,
    summary: 'time that a quantification may take',
  },
];

/** The rules that options and configuration mean together. */
export function workRules(
  values: OptionValues,
  config: SpeciesConfig | undefined,
  { attempts, lookSeconds, runThreads }: Pick<WorkRules, 'attempts' | 'lookSeconds' | 'runThreads'>,
): WorkRules {
  const number = (name: string) => values[name] as number;
  return {
    engine: values.engine === 'salmon' ? 'salmon' : 'kallisto',
    stream: values.stream as boolean,
    settleSeconds: number('settleSeconds'),
    sraSettleSeconds: number('sraSettleSeconds'),
    sraMinBytes: number('sraMinMb') * 2 ** 20,
    sraMaxBytes: number('sraMaxGb') * GIGABYTE,
    keepFastq: (values.keepFastq as boolean) || (config?.keepFastq ?? false),
    deleteOnFailure: values.deleteOnFailure as boolean,
    redo: (values.redo as boolean) || (config?.redo ?? false),
    skipDownload: values.skipDownload as boolean,
    minMappedPercent: number('minMappedPercent'),
    quantHours: number('quantHours'),
    silentSeconds: number('processTimeout'),
    attempts,
    lookSeconds,
    runThreads,
  };
}

/** The rules of a command that only fetches. */
export function fileRules(values: OptionValues, config: SpeciesConfig): WorkRules {
  const others = {
    engine: 'kallisto',
    stream: false,
    skipDownload: false,
    redo: false,
    deleteOnFailure: false,
  };
  const quantifying = { keepFastq: true, minMappedPercent: 0, quantHours: 0 };
  return workRules({ ...values, ...others, ...quantifying }, config, {
    attempts: 1,
    lookSeconds: 1,
    runThreads: 1,
  });
}
