/** What `gtk rna` is as a whole; each of its steps is a command of its own. */
import type { CommandSpec } from '../engine/command.js';

export const rnaSpec: CommandSpec = {
  name: 'rna',
  summary: 'download, quantify and delete thousands of RNA-seq runs on a small disk',
  description:
    'Runs are downloaded, quantified with kallisto or salmon and deleted, a few at a time, so that the disk holds only what is being worked on. What is done is told by the results on disk: the same command goes on where it was interrupted.',
  positionals: [],
  options: [],
  engine: false,
  examples: [],
};
