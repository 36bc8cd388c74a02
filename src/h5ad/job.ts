/** `gtk h5ad` as the engine sees it. */
import type { Job } from '../engine/job.js';
import { aggregateH5ad, COMPLETION, type H5adResult } from './aggregate.js';
import type { H5adOptions, H5adPayload, H5adSummary } from './options.js';
import { planH5ad } from './plan.js';

export const h5adJob: Job<H5adOptions, H5adPayload, H5adSummary, H5adResult> = {
  name: 'h5ad',
  plan: planH5ad,
  aggregate: aggregateH5ad,
  completion: COMPLETION,
  ownFolders: ['train/chunks', 'test/chunks', 'chunks'],
};
