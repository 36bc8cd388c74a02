/** The one stream of events of a run; the progress bar, the log and `--json` all read it. */
import type { ErrorRecord } from '../errors.js';

/** Everything that can happen to a run. Times are seconds, sizes bytes. */
export type RunEvent =
  | { type: 'start'; command: string; folder: string; resumed: boolean; bytes: number; workers: number }
  | { type: 'planned'; tasks: number; done: number }
  | { type: 'facts'; facts: unknown }
  | { type: 'task-start' | 'task-done'; task: number; label: string }
  | { type: 'task-retry' | 'task-failed'; task: number; label: string; error: ErrorRecord }
  | { type: 'input-failed'; path: string; error: ErrorRecord }
  | { type: 'aggregate'; batches: number };

export type RunListener = (event: RunEvent) => void;

/** Hands every event to every listener, in order. */
export class RunEvents {
  readonly #listeners: RunListener[] = [];
  /** Input bytes read by running and finished tasks; polled by whoever draws a progress bar. */
  readonly bytesRead = new BigInt64Array(new SharedArrayBuffer(8));

  listen(listener: RunListener): void {
    this.#listeners.push(listener);
  }

  emit(event: RunEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
