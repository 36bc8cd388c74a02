/** `gtk codon` as the engine sees it. */
import type { Job } from '../engine/job.js';
import { loadFormats } from '../formats/table/encode.js';
import { aggregateCodon, type CodonResult } from './aggregate.js';
import type { CodonOptions, CodonPayload, CodonSummary } from './options.js';
import { planCodon } from './plan.js';

export const codonJob: Job<CodonOptions, CodonPayload, CodonSummary, CodonResult> = {
  name: 'codon',
  plan: planCodon,
  warm: ({ format }) => loadFormats(format),
  aggregate: aggregateCodon,
};
