/** Runs one task from its run folder, wherever: a worker thread, another process, a Slurm job. */
import { renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import { packageRoot } from '../root.js';
import { checksum } from './atomic.js';
import { checkUnchanged } from './identity.js';
import type { BatchResult, RunIdentity, Task, TaskContext, TaskModule } from './job.js';
import { RunFolder, taskIdentity } from './run-folder.js';

/** The task module of a job, by the job's name; `dist/<job>/task.js` is an entry point of the build. */
export async function loadTaskModule(job: string): Promise<TaskModule> {
  return (await import(new URL(`dist/${job}/task.js`, packageRoot).href)) as TaskModule;
}

/** All that a task needs; plain data, so it can cross threads and processes. */
export interface TaskRequest {
  out: string;
  run: RunIdentity;
  index: number;
  task: Task;
  /** Leading batches that an earlier attempt left whole. */
  finished: number;
  attempt: number;
  threads: number;
  memoryBudget: number;
  /** One 64-bit count of input bytes read, shared between threads. */
  bytesRead?: BigInt64Array;
}

/**
 * Runs the task; its batches then stand in the run folder.
 *
 * @throws whatever the task throws, GTK_INPUT_CHANGED if its input is not what was planned, and
 *   GTK_NOT_WRITABLE; the unfinished interim file is removed then
 */
export async function runTask(module: TaskModule, request: TaskRequest): Promise<void> {
  if (!module.runTask) throw new Error(`${request.run.command} has no tasks`);
  checkInputs(request);
  const { task } = request;
  const context = new Context(request);
  try {
    await module.runTask(task.payload as never, context);
  } catch (error) {
    context.discard();
    throw error;
  }
}

function checkInputs({ run, task }: TaskRequest): void {
  for (const index of task.reads ?? [task.input]) {
    const input = run.inputs[index];
    if (input) checkUnchanged(input);
  }
}

class Context implements TaskContext {
  readonly #request: TaskRequest;
  readonly #folder: RunFolder;
  readonly #identity: string;
  #batch = 0;
  #started = performance.now();
  #partFile = '';
  #partPath: string | undefined;

  constructor(request: TaskRequest) {
    this.#request = request;
    this.#folder = new RunFolder(request.out);
    this.#identity = taskIdentity(request.run, request.index, request.task);
  }

  get options() {
    return this.#request.run.options;
  }
  get inputs() {
    return this.#request.run.inputs;
  }
  get threads() {
    return this.#request.threads;
  }
  get inputIndex() {
    return this.#request.task.input;
  }
  get memoryBudget() {
    return this.#request.memoryBudget;
  }
  get nextIsDone() {
    return this.#batch < this.#request.finished;
  }

  partPath(format = 'arrow'): string {
    const { index, attempt } = this.#request;
    this.#partFile = this.#folder.partFile(index, this.#batch, format);
    const file = this.#folder.resolve(this.#partFile);
    this.#partPath = `${file}.${os.hostname()}-${process.pid}-${attempt}.tmp`;
    return this.#partPath;
  }

  commit(summary: unknown, last: boolean): void {
    if (!this.nextIsDone) {
      const { index, attempt } = this.#request;
      // A file that was written to while it was read gives a total of neither version, and a marker for it
      // would be believed once the file is restored.
      checkInputs(this.#request);
      const part = this.#finishPart();
      const result: BatchResult = {
        task: index,
        batch: this.#batch,
        identity: this.#identity,
        last,
        ...(part && { part }),
        summary,
        attempt,
        host: os.hostname(),
        seconds: Math.round(performance.now() - this.#started) / 1000,
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
      };
      this.#folder.writeMarker(result);
    }
    this.#batch += 1;
    this.#started = performance.now();
  }

  #finishPart(): BatchResult['part'] {
    if (!this.#partPath) return undefined;
    const file = this.#partFile;
    const { bytes, crc32 } = checksum(this.#partPath);
    renameSync(this.#partPath, this.#folder.resolve(file));
    this.#partPath = undefined;
    return { file, bytes, crc32 };
  }

  /** Removes the interim file that was being written, so that a full disk is not fuller than it need be. */
  discard(): void {
    if (this.#partPath) rmSync(this.#partPath, { force: true });
  }

  progress(bytes: number): void {
    const { bytesRead } = this.#request;
    if (bytesRead) Atomics.add(bytesRead, 0, BigInt(bytes));
  }
}
