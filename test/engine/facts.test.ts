import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Job, Planned } from '../../src/engine/job.js';
import { runJob } from '../../src/engine/run.js';
import { RunFolder } from '../../src/engine/run-folder.js';
import { temporaryFolder } from '../run-gtk.js';
import { tinyRun } from './tiny-job.js';

const folder = temporaryFolder();

/** The tiny job with facts before and between its tasks; its result is what the last pass is told of them. */
function withFacts(job: Job, planned: { times: number }): Job {
  return {
    ...job,
    async *plan(context): AsyncGenerator<Planned<unknown>> {
      planned.times += 1;
      yield { facts: { name: 'cells', cells: 12 } };
      for await (const each of job.plan(context)) {
        yield each;
        yield { facts: { name: 'budget', bytes: context.memoryBudget } };
      }
    },
    aggregate: async ({ facts, batches }) => ({ facts, tasks: batches.map(({ task }) => task) }),
  };
}

const expected = [{ name: 'cells', cells: 12 }, ...Array(2).fill({ name: 'budget', bytes: 2 })];

describe('facts of a plan', () => {
  it('reach the last pass and the listeners, and are no tasks', async () => {
    const planned = { times: 0 };
    const run = tinyRun(path.join(folder, 'once'), [
      { name: 'a', batches: 1 },
      { name: 'b', batches: 2 },
    ]);
    const outcome = await runJob({ ...run.settings, job: withFacts(run.settings.job, planned) });
    expect(outcome?.result).toEqual({ facts: expected, tasks: [1, 3, 3] });
    expect(run.events.flatMap((event) => (event.type === 'facts' ? [event.facts] : []))).toEqual(expected);
    expect(run.events).toContainEqual({ type: 'planned', tasks: 2, done: 0 });
  });

  it('are kept with the plan, so that a process that goes on knows them without planning anew', async () => {
    const planned = { times: 0 };
    const place = path.join(folder, 'resumed');
    const first = tinyRun(place, [
      { name: 'a', batches: 1 },
      { name: 'b', batches: 1 },
    ]);
    await runJob({ ...first.settings, job: withFacts(first.settings.job, planned), planOnly: true });
    expect(new RunFolder(first.settings.out).readPlan()).toHaveLength(5);
    const second = tinyRun(place, []);
    const outcome = await runJob({ ...second.settings, job: withFacts(second.settings.job, planned) });
    expect(outcome?.result).toEqual({ facts: expected, tasks: [1, 3] });
    expect(planned.times).toBe(1);
  });
});
