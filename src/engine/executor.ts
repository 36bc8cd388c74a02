/** Where tasks run: on this machine's threads or on a cluster. The driver knows only this interface. */
import type { ErrorRecord } from '../errors.js';
import type { RunIdentity, Task } from './job.js';

/** A task that is not whole yet. */
export interface QueuedTask {
  index: number;
  task: Task;
  /** Leading batches that earlier attempts left whole. */
  finished: number;
}

/** One go at some tasks. */
export interface Attempt {
  number: number;
  /** May still be growing while the first of them run. */
  tasks: AsyncIterable<QueuedTask>;
  /** Tasks at once; 1 for those whose worker died before. */
  concurrency: number;
}

/** The run that tasks belong to. */
export interface ActiveRun {
  out: string;
  identity: RunIdentity;
}

/** News of one task. Markers on disk, not these, say whether its batches are whole. */
export type TaskStatus =
  | { index: number; state: 'running' }
  | { index: number; state: 'done' }
  /** The task itself reported an error: trying again would end the same way. */
  | { index: number; state: 'failed'; error: ErrorRecord }
  /** Whatever ran it is gone. */
  | { index: number; state: 'lost'; reason: string };

/** What an executor can do here. */
export interface Capabilities {
  available: boolean;
  /** One line for `gtk doctor` and `--dry-run`. */
  summary: string;
}

/** A submitted attempt; each executor keeps its own record of it. */
export interface Submission {
  readonly attempt: number;
}

export interface Executor {
  readonly name: 'local' | 'slurm';
  /** Looks at what is there; changes nothing. */
  probe(): Promise<Capabilities>;
  /** Queues the tasks and returns at once. */
  submit(run: ActiveRun, attempt: Attempt): Promise<Submission>;
  /** Waits for news of the submission; an empty answer means that all its tasks have ended. */
  poll(run: ActiveRun, submission: Submission): Promise<TaskStatus[]>;
  /** Ends whatever of the submission still waits or runs. */
  cancel(run: ActiveRun, submission: Submission): Promise<void>;
  /** What would be submitted, as text, for `--dry-run`. */
  render(run: ActiveRun, tasks: number): string;
}
