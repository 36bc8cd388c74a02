/** Records of the runs of a plan that are not worked on. */
import type { SampleRecord } from '../events.js';
import type { BatchPlan } from '../plan.js';

const nothing = { attempt: 0, seconds: 0, bytesDownloaded: 0, bytesFreed: 0 };

export function setAside({ skipped, excluded }: BatchPlan): SampleRecord[] {
  return [
    ...skipped.map(({ run, species }) => ({ run, species, state: 'skipped' as const, ...nothing })),
    ...excluded.map(({ sample: { run, species }, reason }) => ({
      run,
      species,
      state: 'excluded' as const,
      reason,
      ...nothing,
    })),
  ];
}
