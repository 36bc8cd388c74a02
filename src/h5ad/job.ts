/** `gtk h5ad` as the engine sees it. */
import type { Job } from '../engine/job.js';
import { aggregateH5ad, type H5adResult } from './aggregate.js';
import { COMPLETION } from './completion.js';
import type { H5adPayload, H5adSummary, RunOptions } from './options.js';
import { planCells } from './plan.js';

export const h5adJob: Job<RunOptions, H5adPayload, H5adSummary, H5adResult> = {
  name: 'h5ad',
  open: 'openDataset',
  plan: planCells,
  aggregate: aggregateH5ad,
  completion: COMPLETION,
  ownFolders: ['train/chunks', 'test/chunks', 'chunks'],
};
