/** The worker threads of this process: Piscina behind a face that knows tasks and pieces. */
import { Piscina } from 'piscina';
import { type ErrorRecord, fromErrorRecord } from '../errors.js';
import { packageRoot } from '../root.js';
import type { TaskRequest } from './task-runner.js';

export type WorkerRequest =
  | { kind: 'task'; job: string; task: TaskRequest }
  | { kind: 'piece'; job: string; piece: string; input: unknown };

export type WorkerReply = { ok: true; value: unknown } | { ok: false; error: ErrorRecord };

/** A worker that ended without an answer: out of memory, or it exited. */
export class WorkerDied extends Error {}

/** As many threads as anyone may ask for; callers bound how many are busy. */
const MOST_THREADS = 1024;

/** Threads start when work waits for them; the first one at once, so that it is there when the first task is. */
export class WorkerPool {
  readonly #piscina: Piscina;
  #ended: Promise<void> | undefined;
  /** Threads that callers may keep busy at once. */
  threads = 1;

  constructor(readonly job: string) {
    this.#piscina = new Piscina({
      filename: new URL('dist/engine/worker.js', packageRoot).href,
      minThreads: 1,
      maxThreads: MOST_THREADS,
      maxQueue: Number.POSITIVE_INFINITY,
      // A worker costs 30 ms and is needed again at the end; it never idles away.
      idleTimeout: Number.POSITIVE_INFINITY,
      // Piscina tries require() first, which loads ES modules in one go; Node aborts the whole process if a
      // worker is ended in the midst of that, as happens when a command is refused at once.
      execArgv: ['--no-experimental-require-module'],
    });
    // A worker that cannot load its code is reported here as well as by its task.
    this.#piscina.on('error', () => {});
  }

  /** Runs a task in a worker. Throws a GtkError from the task, or {@link WorkerDied}. */
  async runTask(task: TaskRequest): Promise<void> {
    await this.#run({ kind: 'task', job: this.job, task });
  }

  /** Runs a named piece of the job's task module in a worker. */
  async runPiece<R>(piece: string, input: unknown): Promise<R> {
    return (await this.#run({ kind: 'piece', job: this.job, piece, input })) as R;
  }

  async #run(request: WorkerRequest): Promise<unknown> {
    // Piscina would start a new worker, which nobody would end.
    if (this.#ended) throw new WorkerDied('the workers have been ended');
    let reply: WorkerReply;
    try {
      reply = (await this.#piscina.run(request)) as WorkerReply;
    } catch (error) {
      throw new WorkerDied((error as Error).message, { cause: error });
    }
    if (!reply.ok) throw fromErrorRecord(reply.error);
    return reply.value;
  }

  /** Whether {@link destroy} was called: nothing runs here any more. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Ends all workers at once; what they were doing is lost. */
  async destroy(): Promise<void> {
    // Piscina's second call returns before the workers of the first have ended.
    this.#ended ??= this.#piscina.destroy();
    await this.#ended;
  }
}
