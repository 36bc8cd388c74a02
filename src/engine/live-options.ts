/** How a command that works for long shows what it does. */
import type { OptionSpec } from './command.js';

export const liveOptions: readonly OptionSpec[] = [
  { name: 'json', kind: 'flag', summary: 'print one JSON summary on standard output' },
  { name: 'quiet', kind: 'flag', summary: 'print nothing but errors' },
  {
    name: 'progress',
    kind: 'choice',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    placeholder: 'WHEN',
    summary: 'progress bar: auto is when standard error is a terminal',
  },
  {
    name: 'log-level',
    kind: 'choice',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    placeholder: 'LEVEL',
    summary: 'least level that is logged',
  },
  { name: 'log-file', kind: 'path', placeholder: 'FILE', summary: 'also write the log there, as JSON lines' },
];
