/** `gtk rna cleanup`: deletes reads that no run needs any more. */
import type { CommandSpec } from '../engine/command.js';
import type { AnswerCommand } from '../engine/job.js';
import { placeOptions, placePositional } from './status/place-options.js';

const spec: CommandSpec = {
  name: 'rna cleanup',
  summary: 'delete reads that no run needs any more',
  description:
    'Lists the reads that can be deleted, and deletes them with --execute: first those of runs that have a valid result, then of failed and excluded runs, then unfinished downloads, the oldest first. Only files that gtk itself downloaded or made are deleted, and nothing that changed lately. Links, private files, reads that were kept on purpose, complete reads of runs that are still to be quantified, results, indices and references always stay. Nothing is deleted where another gtk works.',
  positionals: [placePositional],
  options: [
    ...placeOptions,
    { name: 'execute', kind: 'flag', summary: 'delete, instead of only listing' },
    {
      name: 'idle-minutes',
      kind: 'number',
      placeholder: 'N',
      min: 0,
      default: 10,
      summary: 'leave alone what changed within so many minutes',
    },
    { name: 'json', kind: 'flag', summary: 'print JSON' },
  ],
  engine: false,
  examples: [
    { command: 'gtk rna cleanup output/pbarbatus', does: 'what could be deleted' },
    { command: 'gtk rna cleanup --config-dir config/amalgkit --execute', does: 'delete it, of all species' },
  ],
};

export const cleanupCommand: AnswerCommand = {
  spec,
  answer: async (values, positionals) => (await import('./cleanup.js')).cleanUp(values, positionals),
};
