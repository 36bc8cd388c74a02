/** A job that does next to nothing, to look at the engine alone: real folder, real worker threads. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunSettings } from '../../src/engine/driver.js';
import { type RunEvent, RunEvents } from '../../src/engine/events.js';
import type { Job, Planned } from '../../src/engine/job.js';
import { LocalExecutor } from '../../src/engine/local.js';
import { WorkerPool } from '../../src/engine/pool.js';

/** What a task of the job does; see `tiny-job/task.js`. */
export interface TinyPayload {
  name: string;
  batches: number;
  diesUnless?: string;
  /** Dies only the first time. */
  diesOnce?: boolean;
  fails?: string;
}

/** Resolved from `dist/`, as every job's name. */
const NAME = '../test/engine/tiny-job';

export function tinyPool(threads: number): WorkerPool {
  const pool = new WorkerPool(NAME);
  pool.threads = threads;
  return pool;
}

/** A run in `folder`; `lines` are what its tasks wrote, `events` what it reported. */
export function tinyRun(folder: string, payloads: TinyPayload[], more: Partial<RunSettings> = {}) {
  const events = new RunEvents();
  const seen: RunEvent[] = [];
  events.listen((event) => seen.push(event));
  const log = path.join(folder, 'log');
  const pool = tinyPool(2);
  const job: Job = {
    name: NAME,
    async *plan(): AsyncGenerator<Planned<unknown>> {
      for (const payload of payloads) {
        yield { task: { label: payload.name, bytes: 1, memory: 1, input: 0, payload: { ...payload, log } } };
      }
    },
    async aggregate(context) {
      const names = context.batches.map((batch) => readFileSync(context.partPath(batch), 'latin1'));
      const doubled: unknown[] = [];
      for await (const number of context.parallel('double', [1, 2, 3, 4, 5])) doubled.push(number);
      writeFileSync(context.outputPath('all.txt'), names.join(''));
      return { doubled };
    },
  };
  const settings: RunSettings = {
    job,
    identity: { command: 'tiny', version: '1', options: {}, inputs: [] },
    out: path.join(folder, 'out'),
    executor: new LocalExecutor(pool, 2, new BigInt64Array(1)),
    pool,
    fresh: false,
    keepInterim: false,
    keepGoing: false,
    planOnly: false,
    memoryBudget: 2,
    events,
    signal: new AbortController().signal,
    ...more,
  };
  const lines = () => (existsSync(log) ? readFileSync(log, 'latin1').split('\n').filter(Boolean) : []);
  return { settings, events: seen, lines };
}
