/** The options of `gtk pcr run`, made from the table of settings, and the way back. */
import path from 'node:path';
import type { OptionSpec, OptionValues } from '../engine/command.js';
import { gtkError } from '../errors.js';
import {
  type Column,
  columns,
  defaultConfig,
  LINKER,
  LTR_PRIMER,
  type Preset,
  presets,
  type RunConfig,
} from './config/columns.js';
import { readConfig } from './config/values.js';
import { type StepName, stepNames, type TaskName } from './steps/names.js';

/** What makes a run of the chain what it is. */
export interface PcrOptions {
  config: RunConfig;
  tasks: TaskName[];
  /** Absolute path of the folder of registered genomes. */
  genomeDir: string;
}

/** Where a folder of data and its genomes are. */
export const dataOptions: readonly OptionSpec[] = [
  {
    name: 'data-dir',
    kind: 'path',
    placeholder: 'DIR',
    default: 'gtk-data',
    summary: 'folder of the server: runs, database, genomes',
  },
  {
    name: 'genome-dir',
    kind: 'path',
    placeholder: 'DIR',
    defaultText: 'DATA-DIR/reference',
    summary: 'folder of registered genomes',
  },
];

/** The folder of genomes that these options name. */
export function genomeFolder(values: OptionValues): string {
  return (values.genomeDir as string | undefined) ?? path.join(values.dataDir as string, 'reference');
}

/** Set by the command line itself, or of no use there. */
const notOptions: readonly (keyof RunConfig)[] = ['genome', 'genome_tar_url'];

/** On the command line, the published primers are what is meant where nothing is said. */
const usual: Partial<RunConfig> = { r1_seq: LTR_PRIMER, r2_seq: LINKER };

/** An option for every setting. */
export function configOptions(): OptionSpec[] {
  return columns.filter(({ name }) => !notOptions.includes(name)).map(configOption);
}

function configOption(column: Column): OptionSpec {
  const { name, kind, min, max, below, summary } = column;
  const value = usual[name] ?? column.default;
  const option = { name: name.replaceAll('_', '-'), summary, defaultText: shown(value) };
  if (kind === 'integer' || kind === 'number') {
    const range = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
    return { ...option, kind, placeholder: 'N', ...range, ...(below !== undefined && { below }) };
  }
  if (kind === 'boolean')
    return { ...option, kind: 'choice', choices: ['yes', 'no'], placeholder: 'WHETHER' };
  if (kind === 'choice') return { ...option, kind, choices: column.choices!, placeholder: 'WHAT' };
  return {
    ...option,
    kind: 'string',
    placeholder: kind === 'umi' ? 'PATTERN' : kind === 'contig' ? 'TEXT' : 'BASES',
  };
}

function shown(value: Column['default']): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? 'none' : String(value);
}

const camel = (name: string) => name.replace(/_[a-z0-9]/g, (part) => part[1]!.toUpperCase());

/**
 * The configuration that the options ask for: single options before the preset.
 *
 * @throws GTK_USAGE naming all that is wrong
 */
export function configOf(values: OptionValues): RunConfig {
  const given: Record<string, unknown> = { genome: values.genome };
  for (const { name } of columns) {
    const value = values[camel(name)];
    if (value !== undefined && !notOptions.includes(name)) given[name] = value;
  }
  const { values: read, problems } = readConfig(given);
  if (problems.length > 0) {
    const clauses = problems.map(({ field, message }) => `--${field.replaceAll('_', '-')}: ${message}`);
    throw gtkError('GTK_USAGE', { problem: clauses.join('; '), command: 'gtk pcr run' });
  }
  return { ...defaultConfig(), ...usual, ...presets[values.preset as Preset], ...read };
}

/** Steps that a chain has where none are named: filtering by quality changes results, so it must be asked for. */
export function defaultSteps(config: RunConfig): StepName[] {
  return stepNames.filter((step) => step !== 'fastp' && (step !== 'umi' || config.umi_pattern !== null));
}

/** The tasks of steps, in the order of the chain. Quality control after trimming comes when there is something to judge. */
export function tasksOf(steps: readonly StepName[], config: RunConfig): TaskName[] {
  const tasks: TaskName[] = [];
  const stage = config.qc_stage;
  if (steps.includes('qc') && stage !== 'after') tasks.push('qc_before');
  for (const step of stepNames) {
    if (step === 'qc' || !steps.includes(step)) continue;
    if (step === 'readlen') tasks.push(...afterTrimming());
    tasks.push(step);
  }
  if (!steps.includes('readlen')) tasks.splice(trimmed(tasks), 0, ...afterTrimming());
  return tasks;

  function afterTrimming(): TaskName[] {
    return steps.includes('qc') && stage !== 'before' ? ['qc_after'] : [];
  }
}

/** Where in a chain the reads are trimmed. */
function trimmed(tasks: readonly TaskName[]): number {
  const at = tasks.findIndex((task) => task === 'read_mapping' || task === 'site_analysis');
  return at < 0 ? tasks.length : at;
}
