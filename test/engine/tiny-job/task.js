// The task module of a job for tests: the worker entry finds it as that of any job, by a path from dist/.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';

/**
 * Leaves `batches` batches, each a part with a line of text. With `diesUnless`, ends its thread amid them
 * unless that file exists; with `fails`, throws.
 *
 * @param {import('../tiny-job.js').TinyPayload & { log: string }} payload
 * @param {import('../../../src/engine/job.js').TaskContext} context
 */
export async function runTask(payload, context) {
  appendFileSync(payload.log, `start ${payload.name}\n`);
  for (let batch = 0; batch < payload.batches; batch += 1) {
    if (batch === 1 && payload.diesUnless && !existsSync(payload.diesUnless)) {
      if (payload.diesOnce) writeFileSync(payload.diesUnless, '');
      process.exit(7);
    }
    if (batch === 1 && payload.fails) throw new Error(payload.fails);
    if (!context.nextIsDone) {
      appendFileSync(payload.log, `batch ${payload.name} ${batch}\n`);
      writeFileSync(context.partPath(), `${payload.name} ${batch}\n`);
    }
    context.commit({ name: payload.name, batch }, batch === payload.batches - 1);
  }
  appendFileSync(payload.log, `end ${payload.name}\n`);
}

export const pieces = {
  /** @param {number} number */
  double: (number) => number * 2,
  die: () => process.exit(7),
};
