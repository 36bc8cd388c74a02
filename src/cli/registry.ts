/** All commands, each loaded only when it is wanted. Adding a job is adding one line here. */
import type { CommandSpec } from '../engine/command.js';
import type { AnswerCommand, JobCommand } from '../engine/job.js';
import type { LiveCommand } from '../engine/live.js';
import { gtkError } from '../errors.js';
import { didYouMean } from './nearest.js';

/** A command that does not run on the engine. */
export interface Tool {
  spec: CommandSpec;
  run(args: string[]): Promise<number>;
}

interface ToolEntry {
  summary: string;
  load: () => Promise<Tool>;
}

/** A part of a job that can be asked for alone, `gtk JOB STEP`; on the engine, at once, or for long. */
type StepEntry = { summary: string; aliases?: readonly string[] } & (
  | { load: () => Promise<JobCommand> }
  | { answer: () => Promise<AnswerCommand> }
  | { live: () => Promise<LiveCommand> }
);

interface JobEntry {
  summary: string;
  /** What the job's name alone runs. */
  load?: () => Promise<JobCommand>;
  /** What the job's name alone runs, where that is no run of the engine. */
  live?: () => Promise<LiveCommand>;
  /** What the job's name alone explains, where it runs nothing. */
  group?: () => Promise<CommandSpec>;
  /** A word behind the job's name that means the whole job. */
  alias?: string;
  steps?: Record<string, StepEntry>;
}

const h5ad = () => import('../h5ad/command.js');

/** Jobs on the engine. */
export const jobs: Record<string, JobEntry> = {
  codon: {
    summary: 'count codons and RSCU over FASTA of any size',
    load: async () => (await import('../codon/command.js')).codonCommand as JobCommand,
  },
  h5ad: {
    summary: 'turn single-cell h5ad files into cell sentences in Parquet',
    load: async () => (await h5ad()).pipelineCommand as JobCommand,
    alias: 'run-all',
    steps: {
      hgnc: {
        summary: 'step 1: keep a table of approved gene symbols for later runs',
        aliases: ['step1-hgnc'],
        answer: async () => (await import('../h5ad/hgnc-command.js')).hgncCommand,
      },
      convert: {
        summary: 'step 2: only the sentences, into chunks without ages and split',
        aliases: ['step2-convert', 'step2-convert-h5ad'],
        load: async () => (await h5ad()).convertCommand as JobCommand,
      },
      'add-age': {
        summary: 'step 3: the ages of cells that were converted before',
        aliases: ['step3-add-age'],
        load: async () => (await h5ad()).addAgeCommand as JobCommand,
      },
      split: {
        summary: 'step 4: train and test, of cells that were converted before',
        aliases: ['step4-split', 'step4-train-test-split'],
        load: async () => (await h5ad()).splitCommand as JobCommand,
      },
      upload: {
        summary: 'step 5: upload datasets that were written before',
        aliases: ['step5-upload'],
        answer: async () => (await import('../h5ad/upload-command.js')).uploadCommand,
      },
      inspect: {
        summary: 'show what is in an h5ad file and what a run would make of it',
        answer: async () => (await import('../h5ad/inspect-command.js')).inspectCommand,
      },
      fetch: {
        summary: 'download h5ad files',
        answer: async () => (await import('../h5ad/fetch-command.js')).fetchCommand,
      },
    },
  },
  rna: {
    summary: 'download, quantify and delete thousands of RNA-seq runs on a small disk',
    group: async () => (await import('../rna/command.js')).rnaSpec,
    steps: {
      plan: {
        summary: 'look up runs at ENA and write them as a metadata table',
        live: async () => (await import('../rna/plan-command.js')).planCommand,
      },
      batch: {
        summary: 'download, quantify and delete the runs of one species, batch by batch',
        live: async () => (await import('../rna/batch-command.js')).batchCommand,
      },
      orchestrate: {
        summary: 'work on all configured species at once, sharing downloads and processors',
        live: async () => (await import('../rna/orchestrate-command.js')).orchestrateCommand,
      },
      fetch: {
        summary: 'download the reads of runs and keep them',
        live: async () => (await import('../rna/fetch-command.js')).fetchCommand,
      },
      quant: {
        summary: 'quantify runs whose reads are on the disk already',
        live: async () => (await import('../rna/quant-command.js')).quantCommand,
      },
      index: {
        summary: 'build the index of a transcriptome',
        live: async () => (await import('../rna/index-command.js')).indexCommand,
      },
      merge: {
        summary: 'put the results of runs together into tables of counts and abundances',
        live: async () => (await import('../rna/merge-command.js')).mergeCommand,
      },
      status: {
        summary: 'show how far the runs are, from the disk alone',
        answer: async () => (await import('../rna/status-command.js')).statusCommand,
      },
      cleanup: {
        summary: 'delete reads that no run needs any more',
        answer: async () => (await import('../rna/cleanup-command.js')).cleanupCommand,
      },
    },
  },
  pcr: {
    summary: 'find integration sites of lentiviral vectors from qsLAM PCR',
    group: async () => (await import('../pcr/command.js')).pcrSpec,
    steps: {
      run: {
        summary: 'work a pair of FASTQ files through to the table of integration sites',
        load: async () => (await import('../pcr/run-command.js')).runPcrCommand as JobCommand,
      },
      genome: {
        summary: 'register, list and remove reference genomes',
        live: async () => (await import('../pcr/genome-command.js')).genomeCommand,
      },
      watch: {
        summary: 'follow a run on a server and end with its status',
        live: async () => (await import('../pcr/watch-command.js')).watchCommand,
      },
    },
  },
  serve: {
    summary: 'run the pcr pipeline for several users, with a web page',
    live: async () => (await import('../server/serve-command.js')).serveCommand,
  },
};

/** What gtk offers around its jobs. */
export const tools: Record<string, ToolEntry> = {
  task: {
    summary: 'run one task of a planned run',
    load: async () => (await import('./run-tools.js')).taskTool,
  },
  resume: {
    summary: 'finish a run from its folder',
    load: async () => (await import('./run-tools.js')).resumeTool,
  },
  doctor: {
    summary: 'show what gtk has to work with and what is missing',
    load: async () => (await import('./doctor.js')).doctorTool,
  },
  completion: {
    summary: 'print the completion script for bash or zsh',
    load: async () => (await import('./completion.js')).completionTool,
  },
};

/** Names of all commands, a job's before those of its steps. */
export function commandNames(): string[] {
  const ofJobs = Object.entries(jobs).flatMap(([job, { steps = {} }]) => [
    job,
    ...Object.keys(steps).map((step) => `${job} ${step}`),
  ]);
  return [...ofJobs, ...Object.keys(tools)];
}

/** A command, and the arguments that are left for it. */
export type Found = { name: string; args: string[] } & (
  | { job: string; load: () => Promise<JobCommand> }
  | { tool: () => Promise<Tool> }
  | { answer: () => Promise<AnswerCommand> }
  | { live: () => Promise<LiveCommand> }
  | { group: () => Promise<CommandSpec> }
);

/** The command that the first word, or the first two, name. Throws GTK_USAGE where they name none. */
export function findCommand([first = '', ...rest]: readonly string[]): Found {
  if (Object.hasOwn(tools, first)) return { name: first, args: rest, tool: tools[first]!.load };
  if (!Object.hasOwn(jobs, first)) throw unknownCommand(first);
  const { load, live, group, alias, steps = {} } = jobs[first]!;
  if (load && alias !== undefined && rest[0] === alias)
    return { name: first, args: rest.slice(1), job: first, load };
  const step = Object.entries(steps).find(
    ([name, { aliases = [] }]) => rest[0] === name || aliases.includes(rest[0] ?? ''),
  );
  if (!step) {
    if (live) return { name: first, args: rest, live };
    return { name: first, args: rest, ...(load ? { job: first, load } : { group: group! }) };
  }
  const [name, entry] = step;
  const found = { name: `${first} ${name}`, args: rest.slice(1) };
  if ('answer' in entry) return { ...found, answer: entry.answer };
  return 'live' in entry ? { ...found, live: entry.live } : { ...found, job: first, load: entry.load };
}

/** The table of a command, whichever kind it is. Throws GTK_USAGE for a name that is none. */
export async function findSpec(name: string): Promise<CommandSpec> {
  const found = findCommand(name.split(' '));
  if (found.args.length > 0) throw unknownCommand(name);
  if ('group' in found) return found.group();
  if ('tool' in found) return (await found.tool()).spec;
  if ('answer' in found) return (await found.answer()).spec;
  return (await ('live' in found ? found.live() : found.load())).spec;
}

/** The error for a name that is no command. */
function unknownCommand(name: string) {
  const known = [...Object.keys(jobs), ...Object.keys(tools)];
  const hint = didYouMean(name, known) || `; expected one of ${known.join(', ')}`;
  return gtkError('GTK_USAGE', { problem: `No such command: ${name}${hint}`, command: 'gtk' });
}
