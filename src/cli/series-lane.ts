/** One of several workers' groups that run the items of a series. */
import { existsSync } from 'node:fs';
import type { OptionValues } from '../engine/command.js';
import { RunEvents } from '../engine/events.js';
import type { RunIdentity, SeriesCommand, SeriesItem } from '../engine/job.js';
import { LocalExecutor } from '../engine/local.js';
import { WorkerPool } from '../engine/pool.js';
import { runJob } from '../engine/run.js';
import { RunFolder } from '../engine/run-folder.js';
import { toErrorRecord } from '../errors.js';
import { packageVersion } from '../root.js';
import { openItemLog } from './series-log.js';
import type { ItemReport } from './series-report.js';
import type { SeriesView } from './series-view.js';

/** What all lanes of a series share. */
export interface SeriesContext {
  command: SeriesCommand;
  values: OptionValues;
  view: SeriesView;
  /** Folder of the logs. */
  logs: string;
  signal: AbortSignal;
}

/** Runs items one at a time, on workers of its own: what ends them for one item does not touch other lanes. */
export class SeriesLane {
  readonly #context: SeriesContext;
  readonly #memory: number;
  #pool: WorkerPool;

  /** @param memory bytes that its batches in flight may hold */
  constructor(context: SeriesContext, pool: WorkerPool, memory: number) {
    this.#context = context;
    this.#pool = pool;
    this.#memory = memory;
  }

  /** Runs one item to its end, good or bad; throws only when interrupted. */
  async run(item: SeriesItem): Promise<ItemReport> {
    const { command, view, logs, values, signal } = this.#context;
    const started = performance.now();
    const report = (more: Pick<ItemReport, 'status' | 'message'> & Partial<ItemReport>): ItemReport => ({
      name: item.name,
      input: item.input,
      out: item.out,
      seconds: (performance.now() - started) / 1000,
      ...more,
    });
    if (item.skip !== undefined) return report({ status: 'SKIPPED', message: item.skip });
    const events = new RunEvents();
    view.started(item, events);
    let log: ReturnType<typeof openItemLog> | undefined;
    try {
      log = openItemLog(logs, item, events, values);
      const outcome = await this.#runJob(item, events);
      if (!outcome)
        return report({ status: 'SUCCESS', message: `Planned; to finish: gtk resume ${item.out}` });
      const { upToDate, outputs, result } = outcome;
      if (!upToDate) {
        log.result(command.logged(result));
        log.write('cleanup', { interim: 'removed' });
      }
      await item.finish?.(result, log.write, signal);
      const message = upToDate ? `Already done: ${item.name}` : `Successfully processed ${item.name}`;
      return report({ status: 'SUCCESS', message, upToDate, outputs, result });
    } catch (thrown) {
      if (signal.aborted) {
        log?.write('interrupted');
        throw thrown;
      }
      const error = toErrorRecord(thrown);
      log?.failed(error);
      log?.write('cleanup', { interim: existsSync(new RunFolder(item.out).state) ? 'kept' : 'removed' });
      return report({
        status: 'FAILED',
        message: `CRASH: Failed to process ${item.name}: ${error.message}`,
        error,
      });
    } finally {
      log?.close((performance.now() - started) / 1000);
    }
  }

  async #runJob(item: SeriesItem, events: RunEvents) {
    const { command: jobCommand, values, signal } = this.#context;
    const { options, inputs } = await item.prepare();
    // All steps of a job are runs of the job, told apart by their options.
    const [command] = jobCommand.spec.name.split(' ');
    const identity: RunIdentity = { command: command!, version: packageVersion(), options, inputs };
    const pool = this.#livePool();
    return runJob({
      job: await jobCommand.loadJob(),
      identity,
      out: item.out,
      executor: new LocalExecutor(pool, this.#memory, events.bytesRead),
      pool,
      memoryBudget: this.#memory,
      fresh: Boolean(values.fresh) || item.fresh === true,
      keepInterim: false,
      keepGoing: false,
      planOnly: Boolean(values.planOnly),
      events,
      signal,
    });
  }

  /** The workers of a run that failed may have been ended with it. */
  #livePool(): WorkerPool {
    if (this.#pool.ended) {
      const { job, threads } = this.#pool;
      this.#pool = new WorkerPool(job);
      this.#pool.threads = threads;
    }
    return this.#pool;
  }
}
