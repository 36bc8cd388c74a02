/** `gtk h5ad` as the engine sees it. */
import type { Job, PlanContext, Planned } from '../engine/job.js';
import { aggregateH5ad, type H5adResult } from './aggregate.js';
import { COMPLETION } from './completion.js';
import type { H5adPayload, H5adSummary, RunOptions } from './options.js';
import type { PlanRequest } from './plan.js';

export const h5adJob: Job<RunOptions, H5adPayload, H5adSummary, H5adResult> = {
  name: 'h5ad',
  plan: planInWorker,
  aggregate: aggregateH5ad,
  completion: COMPLETION,
  ownFolders: ['train/chunks', 'test/chunks', 'chunks'],
};

/** A dataset smaller than this does not keep another worker busy. */
const BYTES_OF_A_WORKER = 1 << 24;

/**
 * The plan, made where tasks will run: they then find the file open, and this thread needs no HDF5 library, which
 * takes a thread 0.4 s of processor time. The other workers open the file meanwhile.
 */
async function* planInWorker(context: PlanContext<RunOptions>): AsyncGenerator<Planned<H5adPayload>> {
  const { options, inputs, workers, memoryBudget } = context;
  const request: PlanRequest = { options, inputs: [...inputs], workers, memoryBudget };
  const plan = context.runPiece<Planned<H5adPayload>[]>('plan', request);
  const useful = Math.ceil((inputs[0]?.bytes ?? 0) / BYTES_OF_A_WORKER);
  for (let worker = 1; worker < Math.min(workers, useful); worker += 1) {
    // What is wrong with the file, the plan will tell.
    context.runPiece('openDataset', request).catch(() => {});
  }
  yield* await plan;
}
