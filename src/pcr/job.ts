/** `gtk pcr run` as the engine sees it. */
import type { Job } from '../engine/job.js';
import { aggregatePcr, type PcrResult } from './aggregate.js';
import type { PcrOptions } from './options.js';
import { type PcrPayload, planPcr } from './plan.js';
import type { StepRecord } from './steps/record.js';

export const pcrJob: Job<PcrOptions, PcrPayload, StepRecord, PcrResult> = {
  name: 'pcr',
  plan: planPcr,
  aggregate: aggregatePcr,
};
