/** `gtk rna status`: how all runs stand, told from the disk. */
import type { CommandSpec } from '../engine/command.js';
import type { AnswerCommand } from '../engine/job.js';
import { placeOptions, placePositional } from './status/place-options.js';

const spec: CommandSpec = {
  name: 'rna status',
  summary: 'show how far the runs are, from the disk alone',
  description:
    'Counts runs by what is on the disk, whether or not a gtk works there: done with a valid result; ready with all their reads, partial with some, pending without any. The journal adds which runs are being worked on, and which failed and why.',
  positionals: [placePositional],
  options: [
    ...placeOptions,
    { name: 'runs', kind: 'flag', summary: 'list every run' },
    { name: 'report', kind: 'path', placeholder: 'FILE', summary: 'write an HTML report' },
    { name: 'json', kind: 'flag', summary: 'print JSON' },
  ],
  engine: false,
  examples: [
    { command: 'gtk rna status output/pbarbatus', does: 'one species' },
    { command: 'gtk rna status --config-dir config/amalgkit --report status.html', does: 'all, as a page' },
  ],
};

export const statusCommand: AnswerCommand = {
  spec,
  answer: async (values, positionals) => (await import('./status.js')).tellStatus(values, positionals),
};
