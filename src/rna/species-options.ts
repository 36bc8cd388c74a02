/** Options that say which species and which of its runs a command works on. */
import type { OptionSpec } from '../engine/command.js';

export const speciesOptions: readonly OptionSpec[] = [
  { name: 'config', kind: 'path', placeholder: 'FILE', summary: 'YAML file of the species (required)' },
  {
    name: 'metadata',
    kind: 'path',
    placeholder: 'FILE',
    summary: 'table of the runs',
    defaultText: 'metadata/metadata.tsv in the work folder',
  },
  {
    name: 'out',
    kind: 'path',
    placeholder: 'DIR',
    summary: 'folder of all results',
    defaultText: 'as configured',
  },
  {
    name: 'root',
    kind: 'path',
    placeholder: 'DIR',
    default: '.',
    summary: 'what relative paths of the configuration start from',
  },
  {
    name: 'threads',
    kind: 'integer',
    placeholder: 'N',
    min: 1,
    summary: 'processors to keep busy; more than there are count as all of them',
    defaultText: 'as configured',
  },
];
