/** Runs a job on each of several inputs, one after another; one that fails does not stop the others. */
import type { OptionValues } from '../engine/command.js';
import { RunEvents } from '../engine/events.js';
import type { RunIdentity, SeriesCommand, SeriesItem } from '../engine/job.js';
import { LocalExecutor } from '../engine/local.js';
import { WorkerPool } from '../engine/pool.js';
import { memoryBudget } from '../engine/resources.js';
import { runJob } from '../engine/run.js';
import { ExitStatus, toErrorRecord } from '../errors.js';
import { packageVersion } from '../root.js';
import { checkEnvironment, type Given, repeated } from './run-job.js';
import { openItemLog } from './series-log.js';
import type { ItemReport } from './series-report.js';
import { printSeries, writeSummary } from './series-report.js';
import { openView, type SeriesView } from './series-view.js';

/** Finds the inputs, runs them, and tells how each of them ended. */
export async function runSeriesCommand(
  command: SeriesCommand,
  given: Given,
  pool: WorkerPool,
): Promise<number> {
  const { values, positionals } = given;
  await checkEnvironment();
  const series = await command.series(values, positionals);
  if (values.dryRun) return dryRunSeries(command, series.items, values, pool);
  const view = await openView(values, series);
  const interrupt = new AbortController();
  const stop = (signal: NodeJS.Signals) => interrupt.abort(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const run = new SeriesRun(command, values, pool, view, series.logs, interrupt.signal);
  const started = performance.now();
  try {
    const reports: ItemReport[] = [];
    for (const item of series.items) {
      const report = await run.item(item);
      reports.push(report);
      view.ended(report);
      if (series.items.length > 1) writeSummary(series.summary, reports);
    }
    view.stop();
    return printSeries(command, series, reports, { values, seconds: (performance.now() - started) / 1000 });
  } catch (error) {
    view.stop();
    if (!interrupt.signal.aborted) throw error;
    process.stderr.write(
      `gtk: interrupted; finished batches are kept. To resume: ${repeated(command, given)}\n`,
    );
    return interrupt.signal.reason === 'SIGTERM' ? ExitStatus.terminated : ExitStatus.interrupted;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

class SeriesRun {
  readonly #command: SeriesCommand;
  readonly #values: OptionValues;
  readonly #view: SeriesView;
  readonly #logs: string;
  readonly #signal: AbortSignal;
  #pool: WorkerPool;

  constructor(
    command: SeriesCommand,
    values: OptionValues,
    pool: WorkerPool,
    view: SeriesView,
    logs: string,
    signal: AbortSignal,
  ) {
    this.#command = command;
    this.#values = values;
    this.#pool = pool;
    this.#view = view;
    this.#logs = logs;
    this.#signal = signal;
  }

  /** Runs one item to its end, good or bad; throws only when interrupted. */
  async item(item: SeriesItem): Promise<ItemReport> {
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
    this.#view.started(item, events);
    let log: ReturnType<typeof openItemLog> | undefined;
    try {
      log = openItemLog(this.#logs, item, events, this.#values);
      const outcome = await this.#run(item, events);
      await item.finish?.(outcome.result, log.write, this.#signal);
      const { upToDate, outputs, result } = outcome;
      const message = upToDate ? `Already done: ${item.name}` : `Successfully processed ${item.name}`;
      return report({ status: 'SUCCESS', message, upToDate, outputs, result });
    } catch (thrown) {
      if (this.#signal.aborted) throw thrown;
      const error = toErrorRecord(thrown);
      return report({
        status: 'FAILED',
        message: `CRASH: Failed to process ${item.name}: ${error.message}`,
        error,
      });
    } finally {
      log?.close((performance.now() - started) / 1000);
    }
  }

  async #run(item: SeriesItem, events: RunEvents) {
    const values = this.#values;
    const { options, inputs } = await item.prepare();
    // All steps of a job are runs of the job, told apart by their options.
    const [command] = this.#command.spec.name.split(' ');
    const identity: RunIdentity = { command: command!, version: packageVersion(), options, inputs };
    const memory = memoryBudget(values.memory as number | undefined);
    const pool = this.#livePool();
    const outcome = await runJob({
      job: await this.#command.loadJob(),
      identity,
      out: item.out,
      executor: new LocalExecutor(pool, memory, events.bytesRead),
      pool,
      memoryBudget: memory,
      fresh: Boolean(values.fresh),
      keepInterim: false,
      keepGoing: false,
      planOnly: false,
      events,
      signal: this.#signal,
    });
    return outcome!;
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

async function dryRunSeries(
  command: SeriesCommand,
  items: readonly SeriesItem[],
  values: OptionValues,
  pool: WorkerPool,
): Promise<number> {
  const { dryRun } = await import('./dry-run.js');
  const { reportError } = await import('./print-error.js');
  let status: number = ExitStatus.done;
  for (const item of items) {
    if (item.skip !== undefined) {
      process.stdout.write(`Would leave out ${item.input}: ${item.skip}\n`);
      continue;
    }
    try {
      const { options, inputs } = await item.prepare();
      const identity = { command: command.spec.name, version: packageVersion(), options, inputs };
      await dryRun(await command.loadJob(), identity, { ...values, out: item.out }, pool);
    } catch (error) {
      const own = reportError(error, []);
      status = items.length > 1 ? ExitStatus.someFailed : own;
    }
  }
  return status;
}
