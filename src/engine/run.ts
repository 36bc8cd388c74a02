/** Drives a run from its folder: plan, tasks, last pass; resumes whatever an earlier process left. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { ExitStatus, fromErrorRecord, GtkError, gtkError } from '../errors.js';
import type { RunEvents } from './events.js';
import type { ActiveRun, Executor, QueuedTask, TaskStatus } from './executor.js';
import { checkSameRun } from './identity.js';
import type { BatchResult, Job, PlanFailure, Planned, RunIdentity, Task } from './job.js';
import { takeLock } from './lock.js';
import type { WorkerPool } from './pool.js';
import { clearStaged, finishPublishing, outputsStand, publish } from './publish.js';
import { missingFolders, planFailures, RunFolder, type RunRecord, taskIdentity } from './run-folder.js';

/** All that a run depends on besides its folder. */
export interface RunSettings {
  job: Job;
  identity: RunIdentity;
  /** Absolute path of the output folder. */
  out: string;
  executor: Executor;
  pool: WorkerPool;
  fresh: boolean;
  keepInterim: boolean;
  keepGoing: boolean;
  /** Stop once the plan is written. */
  planOnly: boolean;
  events: RunEvents;
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
}

/** How a run ended. */
export interface RunOutcome {
  /** What the job's last pass returned; JSON. */
  result: unknown;
  outputs: string[];
  failures: readonly PlanFailure[];
  /** True when an earlier run with the same command already stood. */
  upToDate: boolean;
}

/**
 * Runs the job, or what is left of it.
 *
 * @returns undefined if only a plan was wanted
 * @throws GtkError; after bad input nothing of the run is left, after anything else it can be resumed
 */
export async function runJob(settings: RunSettings): Promise<RunOutcome | undefined> {
  const folder = new RunFolder(settings.out);
  const created = missingFolders(settings.out);
  folder.create();
  const release = takeLock(folder.lockFile, settings.out);
  try {
    const { run, resumed } = openRun(folder, settings);
    const standing = run.finished ?? (await finishPublishing(folder, run));
    if (standing) {
      if (outputsStand(folder, standing)) return finish(folder, settings, standing, true);
      delete run.finished;
      folder.writeRun(run);
    }
    const driver = new Driver(settings, folder, run, resumed);
    return settings.planOnly ? await driver.planOnly() : await driver.run();
  } catch (error) {
    if (leavesNothing(error) && !settings.keepInterim) folder.remove();
    throw error;
  } finally {
    release();
    folder.removeEmpty(created);
  }
}

const leavesNothing = (error: unknown) =>
  error instanceof GtkError && error.exitStatus === ExitStatus.badInput && error.code !== 'GTK_INPUT_CHANGED';

/** Reads or writes `run.json`; refuses if the folder belongs to another run. */
function openRun(folder: RunFolder, settings: RunSettings): { run: RunRecord; resumed: boolean } {
  const { identity, fresh, out } = settings;
  const earlier = fresh ? undefined : folder.readRun();
  const repeatable = !identity.inputs.some((input) => input.once);
  if (earlier) checkSameRun(out, earlier, identity);
  if (earlier && repeatable) return { run: earlier, resumed: true };
  rmSync(folder.runFile, { force: true });
  rmSync(folder.publishFile, { force: true });
  folder.removeInterim();
  folder.create();
  const run: RunRecord = { format: 1, ...identity };
  folder.writeRun(run);
  return { run, resumed: false };
}

function finish(
  folder: RunFolder,
  settings: RunSettings,
  finished: NonNullable<RunRecord['finished']>,
  upToDate: boolean,
): RunOutcome {
  if (!settings.keepInterim) folder.removeInterim();
  const outputs = finished.outputs.map(({ file }) => path.join(settings.out, file));
  return { result: finished.result, outputs, failures: finished.failures, upToDate };
}

class Driver {
  readonly #plan: Planned<unknown>[] = [];
  readonly #failures: PlanFailure[] = [];
  readonly #lost: QueuedTask[] = [];
  readonly #active: ActiveRun;

  constructor(
    readonly settings: RunSettings,
    readonly folder: RunFolder,
    readonly record: RunRecord,
    readonly resumed: boolean,
  ) {
    this.#active = { out: settings.out, identity: settings.identity };
  }

  async run(): Promise<RunOutcome> {
    const { settings, folder } = this;
    const { events, identity, out, pool } = settings;
    const bytes = identity.inputs.reduce((sum, input) => sum + input.bytes, 0);
    events.emit({
      type: 'start',
      command: identity.command,
      folder: out,
      resumed: this.resumed,
      bytes,
      workers: pool.threads,
    });
    await this.#attempt(1, this.#tasks(), pool.threads);
    if (this.#lost.length > 0) await this.#attempt(2, this.#lostTasks(), 1);
    const batches = this.#collect();
    events.emit({ type: 'aggregate', batches: batches.length });
    clearStaged(folder);
    const result = await settings.job.aggregate(this.#aggregateContext(batches));
    settings.signal.throwIfAborted();
    const finished = await publish(folder, this.record, { result, failures: this.#failures });
    return finish(folder, settings, finished, false);
  }

  /** Writes the plan, for tasks that other processes will run. */
  async planOnly(): Promise<undefined> {
    for await (const _ of this.#tasks()) this.settings.signal.throwIfAborted();
  }

  /** The tasks that are not whole, as the plan finds them. */
  async *#tasks(): AsyncGenerator<QueuedTask> {
    const { folder, settings } = this;
    const markers = folder.readMarkers();
    const frozen = folder.readPlan();
    const source =
      frozen ??
      settings.job.plan({
        ...settings.identity,
        workers: settings.pool.threads,
        keepGoing: settings.keepGoing,
      });
    let index = 0;
    let done = 0;
    for await (const planned of source) {
      this.#plan.push(planned);
      if (!('task' in planned)) {
        index += 1;
        continue;
      }
      const whole = folder.wholeBatches(
        markers.get(index) ?? [],
        taskIdentity(settings.identity, index, planned.task),
      );
      if (whole.at(-1)?.last) {
        done += 1;
        Atomics.add(settings.events.bytesRead, 0, BigInt(planned.task.bytes));
      } else {
        yield { index, task: planned.task, finished: whole.length };
      }
      index += 1;
    }
    if (!frozen) folder.writePlan(this.#plan);
    for (const failure of planFailures(this.#plan)) this.#inputFailed(failure);
    settings.events.emit({ type: 'planned', tasks: index, done });
  }

  async *#lostTasks(): AsyncGenerator<QueuedTask> {
    yield* this.#lost.splice(0);
  }

  async #attempt(number: number, tasks: AsyncIterable<QueuedTask>, concurrency: number): Promise<void> {
    const { executor, signal } = this.settings;
    const submission = await executor.submit(this.#active, { number, tasks, concurrency });
    const cancel = () => void executor.cancel(this.#active, submission);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      for (;;) {
        const news = await executor.poll(this.#active, submission);
        signal.throwIfAborted();
        if (news.length === 0) return;
        for (const status of news) this.#heed(status, number);
      }
    } catch (error) {
      await executor.cancel(this.#active, submission);
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  #heed(status: TaskStatus, attempt: number): void {
    const { events, keepGoing } = this.settings;
    const task = this.#task(status.index);
    const about = { task: status.index, label: task.label };
    if (status.state === 'running') events.emit({ type: 'task-start', ...about });
    else if (status.state === 'done') events.emit({ type: 'task-done', ...about });
    else if (status.state === 'failed') {
      events.emit({ type: 'task-failed', ...about, error: status.error });
      if (!keepGoing || status.error.exitStatus !== ExitStatus.badInput) throw fromErrorRecord(status.error);
      this.#inputFailed({ input: task.input, error: status.error });
    } else {
      const error = gtkError('GTK_WORKER_DIED', { label: task.label, reason: status.reason });
      events.emit({ type: attempt === 1 ? 'task-retry' : 'task-failed', ...about, error: error.toJSON() });
      if (attempt > 1) throw error;
      this.#lost.push({ index: status.index, task, finished: 0 });
    }
  }

  #inputFailed(failure: PlanFailure): void {
    if (this.#failures.some(({ input }) => input === failure.input)) return;
    this.#failures.push(failure);
    const path = this.settings.identity.inputs[failure.input]?.path ?? '';
    this.settings.events.emit({ type: 'input-failed', path, error: failure.error });
  }

  #task(index: number): Task {
    const planned = this.#plan[index];
    if (!planned || !('task' in planned)) throw new Error(`no task ${index}`);
    return planned.task;
  }

  /** All batches of all tasks, from the markers; those of failed inputs are left out. */
  #collect(): BatchResult[] {
    const markers = this.folder.readMarkers();
    const failed = new Set(this.#failures.map(({ input }) => input));
    return this.#plan.flatMap((planned, index) => {
      if (!('task' in planned) || failed.has(planned.task.input)) return [];
      const batches = markers.get(index) ?? [];
      if (!batches.at(-1)?.last)
        throw new Error(`task ${index} (${planned.task.label}) left no final marker`);
      return batches;
    });
  }

  #aggregateContext(batches: readonly BatchResult[]) {
    const { folder, settings } = this;
    return {
      ...settings.identity,
      batches,
      failures: this.#failures,
      partPath: ({ part }: BatchResult) => folder.resolve(part?.file ?? ''),
      outputPath: (name: string) => path.join(folder.stagedFolder, name),
      parallel: <I, R>(piece: string, items: Iterable<I>) => inOrder<I, R>(items, settings.pool, piece),
      usage: () => ({
        seconds: performance.now() / 1000,
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
      }),
    };
  }
}

/** Runs a piece on every item, a few ahead of the one that is wanted next, so memory stays bounded. */
async function* inOrder<I, R>(items: Iterable<I>, pool: WorkerPool, piece: string): AsyncGenerator<R> {
  const ahead: Promise<R>[] = [];
  for (const item of items) {
    const result = pool.runPiece<R>(piece, item);
    // An error is thrown where its turn comes; until then it must not count as unhandled.
    result.catch(() => {});
    ahead.push(result);
    if (ahead.length >= pool.threads) yield await ahead.shift()!;
  }
  for (const result of ahead) yield await result;
}
