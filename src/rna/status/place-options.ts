/** Options that say which species a command looks at. */
import type { OptionSpec, PositionalSpec } from '../../engine/command.js';

export const placePositional: PositionalSpec = {
  name: 'OUT',
  summary: 'the folder of all results of a species',
  required: false,
  variadic: false,
  path: true,
};

export const placeOptions: readonly OptionSpec[] = [
  { name: 'config', kind: 'path', placeholder: 'FILE', summary: 'YAML file of the species, instead of OUT' },
  {
    name: 'config-dir',
    kind: 'path',
    placeholder: 'DIR',
    summary: 'all species whose files amalgkit_SPECIES.yaml are there',
    defaultText: 'config/amalgkit, else config',
  },
  {
    name: 'metadata',
    kind: 'path',
    placeholder: 'FILE',
    summary: 'table of the runs, of one species',
    defaultText: 'as configured, else OUT/metadata/metadata.tsv',
  },
  {
    name: 'root',
    kind: 'path',
    placeholder: 'DIR',
    default: '.',
    summary: 'what relative paths of configurations start from',
  },
];
