/**
 * A job is four pure parts: a command (its option table), a plan (inputs to tasks), a task (one task to
 * batches on disk) and an aggregate (batches to final files). The engine knows jobs only by these types.
 */
import type { ErrorRecord } from '../errors.js';
import type { CommandSpec, OptionValues } from './command.js';

/** A file as it was when the run was planned. */
export interface Fingerprint {
  /** Absolute path, or `-` for standard input. */
  path: string;
  bytes: number;
  mtimeMs: number;
  /** Standard input, or a FIFO: it can be read only once, so a run on it cannot be resumed. */
  once?: true;
}

/** What makes a run what it is; frozen in `run.json`. Plain JSON. */
export interface RunIdentity<O = unknown> {
  command: string;
  version: string;
  /** Every option that can change the result, with absolute paths. */
  options: O;
  inputs: Fingerprint[];
}

/** One unit of dispatch: a line of `tasks.jsonl`. It leaves one batch on disk, or several in order. */
export interface Task<P = unknown> {
  /** For people: what the task works on. */
  label: string;
  /** Bytes of input it reads, for progress. */
  bytes: number;
  /** Bytes of memory it may hold at once; counts against the memory budget. */
  memory: number;
  /** Index of the input it reads, for `--keep-going`. */
  input: number;
  /** All inputs that it reads, if more than {@link input}: none may change meanwhile. */
  reads?: number[];
  /** The result would be wrong without it: its failure fails the run, `--keep-going` or not. */
  required?: true;
  payload: P;
}

/** An input that was found unusable while planning, with `--keep-going`. */
export interface PlanFailure {
  input: number;
  error: ErrorRecord;
}

/**
 * What a plan yields: tasks, inputs that cannot be used, and what the plan found out about the inputs that the
 * last pass will want to know; kept with the plan. Plain JSON.
 */
export type Planned<P> = { task: Task<P> } | { failure: PlanFailure } | { facts: unknown };

/** A batch's result on disk: the content of a marker in `done/`. */
export interface BatchResult<S = unknown> {
  task: number;
  batch: number;
  /** Identifies run and task; a marker with another one is stale. */
  identity: string;
  /** True for the task's last batch: the task is whole. */
  last: boolean;
  /** The batch's interim file, if its result is more than the summary. */
  part?: { file: string; bytes: number; crc32: number };
  /** The job's own numbers. */
  summary: S;
  attempt: number;
  host: string;
  seconds: number;
  peakRssBytes: number;
}

/** What a task may use while it runs; the same in a worker thread, a Slurm job and a test. */
export interface TaskContext<O = unknown, S = unknown> {
  readonly options: O;
  readonly inputs: readonly Fingerprint[];
  /** Which of the inputs the task reads. */
  readonly inputIndex: number;
  /** Threads that this task may keep busy beside its own. */
  readonly threads: number;
  /** Bytes of memory that a single piece of input may need, as `--memory` allows. */
  readonly memoryBudget: number;
  /** True when an earlier attempt already left the batch that comes next: it need not be written again. */
  readonly nextIsDone: boolean;
  /** Where to write the next batch's interim file; its name ends in the format, `arrow` if none is given. */
  partPath(format?: string): string;
  /** Ends the next batch: its interim file, if it was written, and its marker now stand. */
  commit(summary: S, last: boolean): void;
  /** Reports input bytes read since the last call. */
  progress(bytes: number): void;
}

/** `task.ts` of a job: runs anywhere. */
export interface TaskModule<O = unknown, P = unknown, S = unknown> {
  /** Absent for jobs that work outside run folders. */
  runTask?(payload: P, context: TaskContext<O, S>): Promise<void>;
  /** Pieces of plan and last pass that are worth a worker thread, by name. */
  pieces?: Record<string, (input: never) => unknown>;
}

/** What a plan may use. */
export interface PlanContext<O = unknown> {
  readonly options: O;
  readonly inputs: readonly Fingerprint[];
  readonly workers: number;
  /** Bytes that the tasks in flight may hold together. */
  readonly memoryBudget: number;
  readonly keepGoing: boolean;
  /** Runs a piece of the job's task module in a worker. */
  runPiece<R>(piece: string, input: unknown): Promise<R>;
}

/** What the last pass may use. */
export interface AggregateContext<O = unknown, S = unknown> {
  readonly options: O;
  readonly inputs: readonly Fingerprint[];
  readonly version: string;
  /** All batches in plan order. */
  readonly batches: readonly BatchResult<S>[];
  /** What the plan found out, in its order. */
  readonly facts: readonly unknown[];
  /** Inputs left out under `--keep-going`. */
  readonly failures: readonly PlanFailure[];
  /** Absolute path of a batch's interim file, its checksum verified. */
  partPath(batch: BatchResult<S>): string;
  /** Where to write a final file: it appears under its name, which may have folders, when all are written. */
  outputPath(name: string): string;
  /** Runs a piece of the job's task module on every item, in worker threads; results come in order. */
  parallel<I, R>(piece: string, items: Iterable<I>): AsyncIterable<R>;
  /** Seconds since the command began, and the largest memory the process has held. */
  usage(): { seconds: number; peakRssBytes: number };
}

/** A job as the engine sees it. */
export interface Job<O = unknown, P = unknown, S = unknown, R = unknown> {
  readonly name: string;
  plan(context: PlanContext<O>): AsyncIterable<Planned<P>>;
  /** Loads what the last pass will need; called while tasks run, when this thread has nothing else to do. */
  warm?(options: O): Promise<void>;
  aggregate(context: AggregateContext<O, S>): Promise<R>;
  /** The final file that tells others that all of them stand: it appears last. */
  readonly completion?: string;
  /** Folders of the output whose files are all this job's: what an earlier run left there goes. */
  readonly ownFolders?: readonly string[];
}

/** What makes a run, before it is given to the engine. */
export interface Prepared<O = unknown> {
  options: O;
  inputs: Fingerprint[];
}

/** One input of a series, with a run and an output folder of its own: it fails or succeeds alone. */
export interface SeriesItem<O = unknown> {
  name: string;
  /** Absolute path of the input. */
  input: string;
  /** Its size, as far as it is known. */
  bytes: number;
  /** Absolute path of its output folder. */
  out: string;
  /** Why it is left out, if it is. */
  skip?: string;
  /** Whether it starts over, as with `--fresh`. */
  fresh?: boolean;
  /** @throws GtkError if the input can't be used */
  prepare(): Promise<Prepared<O>>;
  /** What is to be done once its files stand; may be asked for again after a failure. */
  finish?(result: unknown, log: SeriesLog, signal: AbortSignal): Promise<void>;
}

export type SeriesLog = (message: string, fields?: object) => void;

/** A line of an item's log. */
export interface LogLine {
  message: string;
  fields: object;
  isWarning?: true;
}

/** Several runs of a job, one after another. */
export interface Series<O = unknown> {
  items: SeriesItem<O>[];
  warnings: string[];
  /** Folder of the logs: each item's `NAME/pipeline.log` and `pipeline.json`. */
  logs: string;
  /** Where the table of all items goes, if there are several. */
  summary: string;
  /** Folders to name at the end. */
  folders: { label: string; path: string }[];
}

/** `command.ts` of a job: what the command line needs before, and after, the engine's work. */
interface CommandFace {
  readonly spec: CommandSpec;
  /** A piece of the task module, without input, that loads what every run needs: a worker runs it at once. */
  readonly warm?: string;
  loadJob(): Promise<Job>;
  /** The result of the last pass, for a terminal. */
  print(result: unknown, values: OptionValues): string;
}

/** A command that is one run. */
export interface RunCommand<O = unknown> extends CommandFace {
  /**
   * Turns checked option values into the run's options and inputs; looks at every input's head, so that
   * bad input is refused before anything is created.
   */
  prepare(values: OptionValues, positionals: string[]): Promise<Prepared<O>>;
}

/** A command that gives every input a run of its own. */
export interface SeriesCommand<O = unknown> extends CommandFace {
  /** Finds the inputs. What is wrong with one of them is told when its turn comes. */
  series(values: OptionValues, positionals: string[]): Promise<Series<O>>;
  /** What an item's log says of the result of its last pass. */
  logged(result: unknown): LogLine[];
}

export type JobCommand<O = unknown> = RunCommand<O> | SeriesCommand<O>;

/** A command that answers at once, without a run. */
export interface AnswerCommand {
  readonly spec: CommandSpec;
  answer(values: OptionValues, positionals: string[], signal: AbortSignal): Promise<Answer>;
}

/** What is printed: `json` with `--json`, else `text`. */
export interface Answer {
  text: string;
  json: object;
  /** Of several things asked for, those that failed: the exit status is 1 then. */
  failures?: ErrorRecord[];
}
