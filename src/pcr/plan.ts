/** The plan of `gtk pcr run`: one task, whose batches are the steps of the chain. */
import type { PlanContext, Planned } from '../engine/job.js';
import type { PcrOptions } from './options.js';
import type { TaskName } from './steps/names.js';

export interface PcrPayload {
  tasks: TaskName[];
}

/** What the programs of a step hold at once, samtools sort most of all; a genome's index comes on top. */
const STEP_MEMORY = 2 * 2 ** 30;

export async function* planPcr(context: PlanContext<PcrOptions>): AsyncGenerator<Planned<PcrPayload>> {
  const { tasks } = context.options;
  const [r1, r2] = context.inputs;
  yield {
    task: {
      label: tasks.join(', '),
      bytes: r1!.bytes + r2!.bytes,
      memory: Math.min(STEP_MEMORY, context.memoryBudget),
      input: 0,
      reads: [0, 1, 2],
      required: true,
      payload: { tasks },
    },
  };
}
