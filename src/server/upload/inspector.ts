/** Inspecting uploads beside the event loop: a few worker threads, each at several files at once. */
import { Worker } from 'node:worker_threads';
import { packageRoot } from '../../root.js';
import { HttpProblem, type ProblemCode } from '../problem.js';
import type { InspectedReads } from './inspect-reads.js';
import type { Mate } from './reads-scanner.js';

export type ToInspector =
  | { kind: 'begin'; id: number; path: string; mate: Mate; block?: number }
  | { kind: 'grew'; id: number; bytes: number }
  | { kind: 'ended' | 'dropped'; id: number };

export type FromInspector = { id: number } & (
  | { value: InspectedReads | string[] }
  | { fault: { code: Extract<ProblemCode, 'bad_reads' | 'unpaired' | 'internal'>; message: string } }
);

/** One file that is inspected while it is written. */
export interface Inspection {
  /** So many bytes of it are written. */
  grewTo(bytes: number): void;
  /** All of it is written. */
  end(): void;
  /** It is not wanted any more: the result never comes. */
  drop(): void;
  /** What was found wrong so far. */
  readonly problem: HttpProblem | undefined;
  /** Rejects with an HttpProblem: `bad_reads`, `unpaired`, `internal`. */
  readonly result: Promise<InspectedReads>;
}

interface Waiting {
  resolve(value: never): void;
  reject(problem: HttpProblem): void;
}

/** One thread for each mate: the second file arrives while the first may still be looked at. */
const mates: readonly Mate[] = ['R1', 'R2'];

export class Inspector {
  readonly #threads = new Map<Mate, Worker>();
  readonly #waiting = new Map<number, Waiting & { mate: Mate }>();
  #id = 0;

  /** Begins to inspect a file that is still empty, or not there yet. */
  inspect(path: string, mate: Mate): Inspection {
    let problem: HttpProblem | undefined;
    const { id, result } = this.#begin<InspectedReads>(path, mate);
    result.catch((found: HttpProblem) => {
      problem = found;
    });
    const tell = (message: ToInspector) => this.#threads.get(mate)?.postMessage(message);
    return {
      grewTo: (bytes) => tell({ kind: 'grew', id, bytes }),
      end: () => tell({ kind: 'ended', id }),
      drop: () => {
        this.#waiting.delete(id);
        tell({ kind: 'dropped', id });
      },
      get problem() {
        return problem;
      },
      result,
    };
  }

  /** Names of the reads of a block of a whole file. */
  names(path: string, bytes: number, mate: Mate, block: number): Promise<string[]> {
    const { id, result } = this.#begin<string[]>(path, mate, block);
    const thread = this.#threads.get(mate)!;
    thread.postMessage({ kind: 'grew', id, bytes } satisfies ToInspector);
    thread.postMessage({ kind: 'ended', id } satisfies ToInspector);
    return result;
  }

  /** Ends the threads; nothing that was begun is finished. */
  async close(): Promise<void> {
    await Promise.all(mates.map((mate) => this.#threads.get(mate)?.terminate()));
  }

  #begin<T>(path: string, mate: Mate, block?: number): { id: number; result: Promise<T> } {
    this.#id += 1;
    const id = this.#id;
    const result = new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { mate, resolve, reject });
    });
    const message: ToInspector = { kind: 'begin', id, path, mate, ...(block !== undefined && { block }) };
    this.#thread(mate).postMessage(message);
    return { id, result };
  }

  #thread(mate: Mate): Worker {
    const running = this.#threads.get(mate);
    if (running) return running;
    const thread = new Worker(new URL('dist/server/upload/inspect-worker.js', packageRoot), { execArgv: [] });
    thread.unref();
    thread.on('message', (message: FromInspector) => this.#take(message));
    // Whatever it was at is lost with it; the next file gets a new one.
    thread.on('error', () => this.#lost(mate, thread));
    thread.on('exit', () => this.#lost(mate, thread));
    this.#threads.set(mate, thread);
    return thread;
  }

  #take(message: FromInspector): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('value' in message) waiting?.resolve(message.value as never);
    else waiting?.reject(new HttpProblem(message.fault.code, message.fault.message));
  }

  #lost(mate: Mate, thread: Worker): void {
    if (this.#threads.get(mate) !== thread) return;
    this.#threads.delete(mate);
    for (const [id, waiting] of this.#waiting) {
      if (waiting.mate !== mate) continue;
      this.#waiting.delete(id);
      waiting.reject(new HttpProblem('internal', 'the server lost the thread that looked at the upload'));
    }
  }
}
