/** Drives a run from its folder: plan, tasks, last pass; whatever an earlier process left is not redone. */
import { ExitStatus, fromErrorRecord, gtkError } from '../errors.js';
import { aggregateContext } from './aggregate-context.js';
import type { RunEvents } from './events.js';
import type { ActiveRun, Executor, QueuedTask, TaskStatus } from './executor.js';
import { checkLeftOut } from './identity.js';
import type { BatchResult, Job, PlanFailure, Planned, RunIdentity, Task } from './job.js';
import type { WorkerPool } from './pool.js';
import { clearStaged, publish } from './publish.js';
import {
  type FinishedRun,
  ownMarkers,
  planFailures,
  type RunFolder,
  type RunRecord,
  taskIdentity,
} from './run-folder.js';

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
  /** Bytes that the tasks in flight may hold together. */
  memoryBudget: number;
  events: RunEvents;
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
}

/** Does what is left of one run: plan, tasks, and the last pass over their batches. */
export class Driver {
  readonly #plan: Planned<unknown>[] = [];
  /** By input: where several tasks failed on it, the first in the plan's order tells. */
  readonly #failed = new Map<number, { task: number; failure: PlanFailure }>();
  readonly #lost: QueuedTask[] = [];
  readonly #active: ActiveRun;
  #warming: Promise<void> | undefined;

  constructor(
    readonly settings: RunSettings,
    readonly folder: RunFolder,
    readonly record: RunRecord,
    readonly resumed: boolean,
  ) {
    this.#active = { out: settings.out, identity: settings.identity };
  }

  /** Runs to the end; the final files stand then. */
  async run(): Promise<FinishedRun> {
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
    const found = { batches, facts: this.#facts, failures: this.#failures };
    const result = await settings.job.aggregate(aggregateContext(settings, folder, found));
    settings.signal.throwIfAborted();
    return publish(folder, this.record, settings.job, { result, failures: this.#failures });
  }

  /** Writes the plan, for tasks that other processes will run. */
  async planOnly(): Promise<undefined> {
    for await (const _ of this.#tasks());
  }

  /** The tasks that are not whole, as the plan finds them. */
  async *#tasks(): AsyncGenerator<QueuedTask> {
    const { folder, settings } = this;
    const markers = folder.readMarkers();
    const frozen = folder.readPlan();
    if (frozen) checkLeftOut(settings.out, settings.keepGoing, planFailures(frozen));
    const source =
      frozen ??
      settings.job.plan({
        ...settings.identity,
        workers: settings.pool.threads,
        memoryBudget: settings.memoryBudget,
        keepGoing: settings.keepGoing,
        runPiece: (piece, input) => settings.pool.runPiece(piece, input),
      });
    let index = 0;
    let tasks = 0;
    let done = 0;
    for await (const planned of source) {
      settings.signal.throwIfAborted();
      this.#plan.push(planned);
      if (!('task' in planned)) {
        if ('facts' in planned) settings.events.emit({ type: 'facts', facts: planned.facts });
        index += 1;
        continue;
      }
      tasks += 1;
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
    settings.signal.throwIfAborted();
    if (!frozen) folder.writePlan(this.#plan);
    for (const [index, planned] of this.#plan.entries()) {
      if ('failure' in planned) this.#inputFailed(index, planned.failure);
    }
    settings.events.emit({ type: 'planned', tasks, done });
  }

  /** The tasks whose worker died, with the batches that it had ended before. */
  async *#lostTasks(): AsyncGenerator<QueuedTask> {
    const markers = this.folder.readMarkers();
    for (const { index, task } of this.#lost.splice(0)) {
      const identity = taskIdentity(this.settings.identity, index, task);
      yield { index, task, finished: this.folder.wholeBatches(markers.get(index) ?? [], identity).length };
    }
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
        this.#warm();
        for (const status of news) this.#heed(status, number);
      }
    } catch (error) {
      await executor.cancel(this.#active, submission);
      // The workers have ended, some of them amid a file that nobody will finish.
      this.folder.removeTemporary();
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Errors are left to the last pass, which will meet them again. */
  #warm(): void {
    this.#warming ??= this.settings.job.warm?.(this.settings.identity.options).catch(() => {});
  }

  #heed(status: TaskStatus, attempt: number): void {
    const { events, keepGoing } = this.settings;
    const task = this.#task(status.index);
    const about = { task: status.index, label: task.label };
    if (status.state === 'running') events.emit({ type: 'task-start', ...about });
    else if (status.state === 'done') events.emit({ type: 'task-done', ...about });
    else if (status.state === 'failed') {
      events.emit({ type: 'task-failed', ...about, error: status.error });
      const leftOut = keepGoing && !task.required && status.error.exitStatus === ExitStatus.badInput;
      if (!leftOut) throw fromErrorRecord(status.error);
      this.#inputFailed(status.index, { input: task.input, error: status.error });
    } else {
      const error = gtkError('GTK_WORKER_DIED', { label: task.label, reason: status.reason });
      events.emit({ type: attempt === 1 ? 'task-retry' : 'task-failed', ...about, error: error.toJSON() });
      if (attempt > 1) throw error;
      this.#lost.push({ index: status.index, task, finished: 0 });
    }
  }

  #inputFailed(task: number, failure: PlanFailure): void {
    const known = this.#failed.get(failure.input);
    if (!known || task < known.task) this.#failed.set(failure.input, { task, failure });
    if (known) return;
    const path = this.settings.identity.inputs[failure.input]?.path ?? '';
    this.settings.events.emit({ type: 'input-failed', path, error: failure.error });
  }

  /** Inputs left out, in their order. */
  get #failures(): PlanFailure[] {
    const failures = [...this.#failed.values()].map(({ failure }) => failure);
    return failures.sort((a, b) => a.input - b.input);
  }

  #task(index: number): Task {
    const planned = this.#plan[index];
    if (!planned || !('task' in planned)) throw new Error(`no task ${index}`);
    return planned.task;
  }

  /** All batches of all tasks, from the markers; those of failed inputs are left out. */
  #collect(): BatchResult[] {
    const markers = this.folder.readMarkers();
    const [firstFailure] = this.#failures;
    const isCounted = (planned: Planned<unknown>) =>
      'task' in planned && !planned.task.required && !this.#failed.has(planned.task.input);
    // Nothing is left of what was to be worked on: a result of nothing is no result.
    if (firstFailure && !this.#plan.some(isCounted)) throw fromErrorRecord(firstFailure.error);
    return this.#plan.flatMap((planned, index) => {
      if (!('task' in planned) || this.#failed.has(planned.task.input)) return [];
      const identity = taskIdentity(this.settings.identity, index, planned.task);
      const batches = ownMarkers(markers.get(index) ?? [], identity);
      if (!batches.at(-1)?.last)
        throw new Error(`task ${index} (${planned.task.label}) left no final marker`);
      return batches;
    });
  }

  get #facts(): unknown[] {
    return this.#plan.flatMap((planned) => ('facts' in planned ? [planned.facts] : []));
  }
}
