/** All commands, each loaded only when it is wanted. Adding a job is adding one line here. */
import type { CommandSpec } from '../engine/command.js';
import type { JobCommand } from '../engine/job.js';
import { gtkError } from '../errors.js';
import { didYouMean } from './nearest.js';

/** Jobs on the engine. */
export const jobs: Record<string, { summary: string; load: () => Promise<JobCommand> }> = {
  codon: {
    summary: 'count codons and RSCU over FASTA of any size',
    load: async () => (await import('../codon/command.js')).codonCommand as JobCommand,
  },
};

/** A command that does not run on the engine. */
export interface Tool {
  spec: CommandSpec;
  run(args: string[]): Promise<number>;
}

/** What gtk offers around its jobs. */
export const tools: Record<string, { summary: string; load: () => Promise<Tool> }> = {
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

/** The table of a command, whichever kind it is. Throws GTK_USAGE for a name that is none. */
export async function findSpec(name: string): Promise<CommandSpec> {
  if (Object.hasOwn(jobs, name)) return (await jobs[name]!.load()).spec;
  if (Object.hasOwn(tools, name)) return (await tools[name]!.load()).spec;
  throw unknownCommand(name);
}

/** The error for a name that is no command. */
export function unknownCommand(name: string) {
  const known = [...Object.keys(jobs), ...Object.keys(tools)];
  const hint = didYouMean(name, known) || `; expected one of ${known.join(', ')}`;
  return gtkError('GTK_USAGE', { problem: `No such command: ${name}${hint}`, command: 'gtk' });
}
