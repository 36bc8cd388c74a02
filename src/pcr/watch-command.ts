/** `gtk pcr watch`: follows a run on a server. */
import type { CommandSpec } from '../engine/command.js';
import type { LiveCommand } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';

const spec: CommandSpec = {
  name: 'pcr watch',
  summary: 'follow a run on a server and end with its status',
  description:
    'Tells of every step of a run as it starts and ends, until the run is completed, failed or killed. A run that was not started yet is waited for, and so is a server that is being restarted.',
  positionals: [{ name: 'RUN', summary: "the run's id", required: true, variadic: false, path: false }],
  options: [
    {
      name: 'server',
      kind: 'string',
      placeholder: 'URL',
      default: 'http://127.0.0.1:5000',
      summary: 'address of the server',
    },
    {
      name: 'token',
      kind: 'string',
      placeholder: 'TOKEN',
      secret: true,
      summary: 'token of a server for a team',
    },
    { name: 'logs', kind: 'flag', summary: "print the steps' logs on standard error, too" },
    {
      name: 'patience',
      kind: 'integer',
      placeholder: 'SECONDS',
      default: 60,
      min: 0,
      summary: 'how long a server may be out of reach',
    },
    ...liveOptions,
  ],
  engine: false,
  examples: [
    {
      command: 'gtk pcr watch 7f8d0c2e-3b8a-4a57-9d0e-1c2f4b5a6d7e --server http://127.0.0.1:5000',
      does: 'waits for the end of a run, as in a script',
    },
  ],
  exitStatuses: [
    { status: 0, means: 'the run is completed' },
    { status: 1, means: 'the run failed or was killed' },
  ],
};

export const watchCommand: LiveCommand = {
  spec,
  work: async (values, positionals, live) => (await import('./watch.js')).watchRun(values, positionals, live),
};
