/**
 * How amalgkit (0.16) is told what to do. Its parser takes every unambiguous beginning of an option for that
 * option (`--out` for `--out_dir`, `--pfd` for `--pfd_print`), and none goes without a value. So only names of
 * these lists are given to it, in full.
 */
import type { StepOptions } from '../species.js';

export type Subcommand = 'getfastq' | 'quant' | 'merge';

/** Options and their values, before they become arguments. */
export type ClientOptions = Readonly<Record<string, string | number | boolean>>;

interface OptionNames {
  /** Options that gtk sets itself. */
  own: readonly string[];
  /** Options that a species' configuration may set. */
  open: readonly string[];
}

const always = ['out_dir', 'metadata', 'threads'];
const parallel = ['internal_jobs', 'internal_cpu_budget'];

const optionNames: Readonly<Record<Subcommand, OptionNames>> = {
  getfastq: {
    own: [
      ...always,
      'redo',
      'tool_timeout_seconds',
      'sra_download_transfer_timeout_seconds',
      ...['ncbi', 'aws', 'gcp', 'ena', 'ddbj', 'gcp_project'],
    ],
    open: [
      ...parallel,
      'fastp',
      'fastp_option',
      'rrna_filter',
      'contam_filter',
      'max_bp',
      'min_read_length',
      'treat_identical_paired_as_single',
      'remove_sra',
      'remove_tmp',
      'fasterq_size_check',
      'fasterq_disk_limit',
      'ncbi_download_max_concurrency',
      'aws_download_max_concurrency',
      'gcp_download_max_concurrency',
      'ena_download_max_concurrency',
      'ddbj_download_max_concurrency',
      'sra_download_method',
      'sra_download_wait_timeout_seconds',
    ],
  },
  quant: {
    own: [...always, 'redo', 'tool_timeout_seconds', 'clean_fastq', 'index_dir', 'fasta_dir', 'build_index'],
    open: [...parallel, 'quant_backend', 'kallisto_options', 'index_lock_poll', 'index_lock_timeout'],
  },
  merge: { own: always, open: parallel },
};

/** Options that only take yes or no. */
const yesNo = new Set([
  'redo',
  ...['ncbi', 'aws', 'gcp', 'ena', 'ddbj'],
  ...['fastp', 'rrna_filter', 'contam_filter', 'treat_identical_paired_as_single'],
  ...['remove_sra', 'remove_tmp', 'fasterq_size_check', 'clean_fastq', 'build_index'],
]);

/** Keys of the workflow, which gtk reads: what they mean reaches the client in other ways, or not at all. */
const workflowKeys = new Set([
  'species_list',
  'accelerate',
  'genome_dir',
  'keep_fastq',
  'show_progress',
  'progress_update_interval',
  'progress_style',
  'method',
  'out',
  'pfd',
]);

/** The arguments of a sub-command. Throws Error for a name that it does not have. */
export function clientArguments(subcommand: Subcommand, options: ClientOptions): string[] {
  const { own, open } = optionNames[subcommand];
  const pairs = Object.entries(options).map(([name, value]) => {
    if (!own.includes(name) && !open.includes(name))
      throw new Error(`amalgkit ${subcommand} has no --${name}`);
    return [`--${name}`, typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)] as const;
  });
  // As an argument of its own, such a value would be taken for an option.
  return [
    subcommand,
    ...pairs.flatMap(([name, text]) => (text.startsWith('-') ? [`${name}=${text}`] : [name, text])),
  ];
}

/** What of a step's options is handed on to the client. */
export interface Handed {
  options: ClientOptions;
  /** The rest, but for what gtk itself understands: each as a clause. */
  dropped: string[];
}

/** Sorts the options of a step of the configuration. */
export function handedOptions(subcommand: Subcommand, step: StepOptions = {}): Handed {
  const { own, open } = optionNames[subcommand];
  const options: Record<string, string | number | boolean> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(step)) {
    if (own.includes(name) || workflowKeys.has(name) || value === null || value === undefined) continue;
    const handed = open.includes(name) ? valueFor(name, value) : undefined;
    if (handed !== undefined) options[name] = handed;
    else dropped.push(open.includes(name) ? `${name}: ${shown(value)}` : name);
  }
  return { options, dropped };
}

/** What a user should know of steps that the client does not get as the configuration gives them. */
export function clientWarnings(steps: Readonly<Record<string, StepOptions>>): string[] {
  return (Object.keys(optionNames) as Subcommand[]).flatMap((subcommand) => {
    const { dropped } = handedOptions(subcommand, steps[subcommand]);
    const list = dropped.join(', ');
    return dropped.length > 0 ? [`steps.${subcommand}: not handed on to amalgkit: ${list}`] : [];
  });
}

/** Undefined for what the option cannot be given. */
function valueFor(name: string, value: unknown): string | number | boolean | undefined {
  if (yesNo.has(name)) {
    if (/^(true|yes|on|1)$/i.test(String(value))) return true;
    return /^(false|no|off|0)$/i.test(String(value)) ? false : undefined;
  }
  if (typeof value === 'number') return value;
  return typeof value === 'string' && !value.includes('\0') ? value : undefined;
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 60) ?? String(value);
