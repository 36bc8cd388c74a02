/** The local executor: tasks on worker threads, bounded by their number and by a budget of bytes. */
import { toErrorRecord } from '../errors.js';
import type {
  ActiveRun,
  Attempt,
  Capabilities,
  Executor,
  QueuedTask,
  Submission,
  TaskStatus,
} from './executor.js';
import { WorkerDied, type WorkerPool } from './pool.js';

/** Wakes whoever waits for the next change. */
class Bell {
  #ring: () => void = () => {};
  #rung = Promise.resolve();

  ring(): void {
    this.#ring();
  }

  /** Call before looking at the state, await after: a ring in between is not lost. */
  next(): Promise<void> {
    this.#rung = new Promise((resolve) => {
      this.#ring = resolve;
    });
    return this.#rung;
  }
}

class LocalSubmission implements Submission {
  readonly news: TaskStatus[] = [];
  readonly changed = new Bell();
  readonly freed = new Bell();
  running = 0;
  memory = 0;
  ended = false;
  cancelled = false;
  /** Settles when no further task is taken from the source. */
  pumped = Promise.resolve();
  /** What the source of tasks threw, if it did. */
  failure: unknown;

  constructor(readonly attempt: number) {}

  report(status: TaskStatus): void {
    this.news.push(status);
    this.changed.ring();
  }
}

export class LocalExecutor implements Executor {
  readonly name = 'local';

  /**
   * @param memory bytes that the tasks in flight may hold together; a task that needs more runs alone
   * @param bytesRead shared count for the progress bar
   */
  constructor(
    readonly pool: WorkerPool,
    readonly memory: number,
    readonly bytesRead: BigInt64Array,
  ) {}

  async probe(): Promise<Capabilities> {
    return { available: true, summary: `${this.pool.threads} worker threads` };
  }

  async submit(run: ActiveRun, attempt: Attempt): Promise<Submission> {
    const submission = new LocalSubmission(attempt.number);
    submission.pumped = this.#pump(run, attempt, submission);
    return submission;
  }

  async #pump(run: ActiveRun, attempt: Attempt, submission: LocalSubmission): Promise<void> {
    try {
      for await (const queued of attempt.tasks) {
        await this.#room(queued, attempt.concurrency, submission);
        if (submission.cancelled) break;
        void this.#run(run, attempt, queued, submission);
      }
    } catch (error) {
      submission.failure = error;
    }
    submission.ended = true;
    submission.changed.ring();
  }

  /** Waits until the task fits beside those that run. */
  async #room(queued: QueuedTask, concurrency: number, submission: LocalSubmission): Promise<void> {
    for (;;) {
      const freed = submission.freed.next();
      const fits = submission.memory + queued.task.memory <= this.memory;
      if (submission.cancelled || submission.running === 0 || (submission.running < concurrency && fits))
        return;
      await freed;
    }
  }

  async #run(
    run: ActiveRun,
    attempt: Attempt,
    queued: QueuedTask,
    submission: LocalSubmission,
  ): Promise<void> {
    const { index, task, finished } = queued;
    submission.running += 1;
    submission.memory += task.memory;
    submission.report({ index, state: 'running' });
    let status: TaskStatus = { index, state: 'done' };
    try {
      await this.pool.runTask({
        out: run.out,
        run: run.identity,
        index,
        task,
        finished,
        attempt: attempt.number,
        threads: this.pool.threads,
        memoryBudget: this.memory,
        bytesRead: this.bytesRead,
      });
    } catch (error) {
      if (error instanceof WorkerDied) status = { index, state: 'lost', reason: error.message };
      else status = { index, state: 'failed', error: toErrorRecord(error) };
    }
    submission.running -= 1;
    submission.memory -= task.memory;
    submission.freed.ring();
    if (!submission.cancelled) submission.report(status);
  }

  async poll(_run: ActiveRun, submission: Submission): Promise<TaskStatus[]> {
    const local = submission as LocalSubmission;
    for (;;) {
      const changed = local.changed.next();
      if (local.news.length > 0) return local.news.splice(0);
      if (local.failure) throw local.failure;
      if (local.cancelled || (local.ended && local.running === 0)) return [];
      await changed;
    }
  }

  async cancel(_run: ActiveRun, submission: Submission): Promise<void> {
    const local = submission as LocalSubmission;
    local.cancelled = true;
    local.freed.ring();
    local.changed.ring();
    // Workers with nothing to do can serve the next run.
    await Promise.all([local.pumped, local.running > 0 && this.pool.destroy()]);
  }

  render(_run: ActiveRun, tasks: number): string {
    const { threads } = this.pool;
    const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
    return `${count(tasks, 'task')} on ${count(threads, 'worker thread')} of this machine`;
  }
}
