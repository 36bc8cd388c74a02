/** `gtk rna batch`: the runs of one species, batch by batch. */
import type { LiveCommand } from '../engine/job.js';
import { liveOptions } from '../engine/live-options.js';

export const batchCommand: LiveCommand = {
  spec: {
    name: 'rna batch',
    summary: 'the runs of one species, batch by batch',
    description: 'Downloads, quantifies and deletes.',
    positionals: [],
    options: [...liveOptions],
    engine: false,
    examples: [],
  },
  work: async () => ({ text: '', json: {}, status: 0 }),
};
