/** Runs a job on each of several inputs; one that fails does not stop the others. */
import { removeTemporary } from '../engine/atomic.js';
import type { OptionValues } from '../engine/command.js';
import type { SeriesCommand, SeriesItem } from '../engine/job.js';
import { WorkerPool } from '../engine/pool.js';
import { memoryBudget } from '../engine/resources.js';
import { ExitStatus } from '../errors.js';
import { packageVersion } from '../root.js';
import { checkEnvironment, type Given, repeated } from './run-job.js';
import { type SeriesContext, SeriesLane } from './series-lane.js';
import { type ItemReport, printSeries, writeSummary } from './series-report.js';
import { openView } from './series-view.js';

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
  if (series.items.length > 1) removeTemporary(series.summary);
  const view = await openView(values, series);
  const interrupt = new AbortController();
  const stop = (signal: NodeJS.Signals) => interrupt.abort(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const context: SeriesContext = { command, values, view, logs: series.logs, signal: interrupt.signal };
  const started = performance.now();
  const reports = new Map<SeriesItem, ItemReport>();
  const inOrder = () => series.items.flatMap((item) => reports.get(item) ?? []);
  try {
    await runItems(series.items, context, pool, (item, report) => {
      reports.set(item, report);
      view.ended(report);
      if (series.items.length > 1) writeSummary(series.summary, inOrder());
    });
    view.stop();
    return printSeries(command, series, inOrder(), { values, seconds: (performance.now() - started) / 1000 });
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

/** Below this an input is one batch or a few, which do not keep several workers busy. */
const SMALL_BYTES = 1 << 25;

/**
 * Large inputs one after another, each on all workers; then the small ones, as many at once as there are
 * workers: while one waits for the disk another one computes.
 */
async function runItems(
  items: readonly SeriesItem[],
  context: SeriesContext,
  pool: WorkerPool,
  ended: (item: SeriesItem, report: ItemReport) => void,
): Promise<void> {
  const memory = memoryBudget(context.values.memory as number | undefined);
  const { threads } = pool;
  const small = items.filter(({ bytes }) => bytes < SMALL_BYTES);
  const large = items.filter((item) => !small.includes(item));
  const first = new SeriesLane(context, pool, memory);
  const several = Math.min(threads, small.length);
  const alone = several > 1 ? large : items;
  for (const item of alone) ended(item, await first.run(item));
  if (several <= 1) return;
  const waiting = small[Symbol.iterator]();
  const lane = async (_: unknown, number: number) => {
    const own = number === 0 ? pool : new WorkerPool(pool.job);
    own.threads = 1;
    const lane = new SeriesLane(context, own, memory / several);
    for (const item of waiting) ended(item, await lane.run(item));
  };
  const lanes = await Promise.allSettled(Array.from({ length: several }, lane));
  for (const result of lanes) if (result.status === 'rejected') throw result.reason;
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
