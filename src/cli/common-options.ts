/** Options that every command on the engine takes, besides its own. */
import type { OptionSpec } from '../engine/command.js';
import { liveOptions } from '../engine/live-options.js';

export const commonOptions: readonly OptionSpec[] = [
  {
    name: 'workers',
    kind: 'integer',
    placeholder: 'N',
    min: 1,
    max: 1024,
    summary: 'worker threads',
    defaultText: 'all processors granted',
  },
  {
    name: 'memory',
    kind: 'bytes',
    placeholder: 'SIZE',
    summary: 'memory that batches in flight may hold, such as 4G',
    defaultText: 'three quarters of what is there',
  },
  {
    name: 'executor',
    kind: 'choice',
    choices: ['local'],
    default: 'local',
    placeholder: 'NAME',
    summary: 'where batches run',
  },
  { name: 'fresh', kind: 'flag', summary: 'start over instead of resuming what is in the output folder' },
  { name: 'keep-interim', kind: 'flag', summary: 'keep the interim files of all batches' },
  {
    name: 'keep-going',
    kind: 'flag',
    summary: 'leave out inputs that cannot be read, list them, end with status 1',
  },
  { name: 'dry-run', kind: 'flag', summary: 'print the plan and touch nothing' },
  {
    name: 'plan-only',
    kind: 'flag',
    summary: "write the plan and stop; 'gtk task' and 'gtk resume' do the rest",
  },
  ...liveOptions,
  { name: 'config', kind: 'path', placeholder: 'FILE', summary: 'YAML or JSON file of options' },
];
