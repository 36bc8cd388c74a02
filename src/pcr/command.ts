/** What `gtk pcr` is as a whole; each of its steps is a command of its own. */
import type { CommandSpec } from '../engine/command.js';

export const pcrSpec: CommandSpec = {
  name: 'pcr',
  summary: 'find integration sites of lentiviral vectors from qsLAM PCR',
  description:
    'Reads of qsLAM PCR are trimmed, mapped, and turned into a table of integration sites with the number of distinct fragments at each, which tells the size of a clone. The same steps run here from the shell and in gtk serve from a web page.',
  positionals: [],
  options: [],
  engine: false,
  examples: [],
};
