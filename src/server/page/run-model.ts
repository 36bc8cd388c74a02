/** A run as the server last told of it, kept up to date. */
import type { TaskName } from '../../pcr/steps/names.js';
import type { HistoryEntry, Product, RunState, RunSummary } from './answers.js';
import { ApiProblem, call } from './api.js';
import { follow, pause } from './event-stream.js';
import { runApi } from './places.js';

/** Milliseconds between questions where the server tells nothing by itself. */
const ASK_AGAIN = 2000;

export class RunModel {
  /** What steps counted, where what they left stands. */
  readonly results = new Map<TaskName, unknown>();
  #ended = '';
  /** States that the stream told. */
  #told = 0;
  readonly #listeners: { state: (() => void)[]; results: (() => void)[] } = { state: [], results: [] };

  private constructor(
    public run: RunSummary,
    public state: RunState,
    readonly signal: AbortSignal,
  ) {}

  static async open(id: string, signal: AbortSignal): Promise<RunModel> {
    const [run, state] = await Promise.all([
      call<RunSummary>('GET', runApi(id), { signal }),
      call<RunState>('GET', runApi(id, 'status'), { signal }),
    ]);
    const model = new RunModel(run, state, signal);
    await model.#readResults();
    return model;
  }

  get id(): string {
    return this.run.id;
  }

  get isActive(): boolean {
    return this.state.status === 'running';
  }

  /** The latest try of a step. */
  latest(name: HistoryEntry['step_name']): HistoryEntry | undefined {
    return this.state.step_history.findLast((entry) => entry.step_name === name);
  }

  /** What stands of a step. */
  product(name: TaskName): Product | undefined {
    return this.state.products.find((product) => product.step_name === name);
  }

  on(what: 'state' | 'results', listener: () => void): void {
    this.#listeners[what].push(listener);
  }

  /** Another name, description or settings, as the server has them now. */
  replaceRun(run: RunSummary): void {
    this.run = run;
    this.#tell('state');
  }

  /** Asks for everything again, after the files or the reads are others. */
  async reload(): Promise<void> {
    this.#ended = '';
    this.replaceRun(await call<RunSummary>('GET', runApi(this.id), { signal: this.signal }));
    await this.refresh();
  }

  /** Asks at once, after something was done. */
  async refresh(): Promise<void> {
    const told = this.#told;
    const state = await call<RunState>('GET', runApi(this.id, 'status'), { signal: this.signal });
    // What the stream told meanwhile may be newer, and it tells nothing twice.
    if (told === this.#told) this.#take(state);
  }

  /** Follows the run until the reader goes elsewhere. */
  async keepUp(): Promise<void> {
    await follow(runApi(this.id, 'events'), {
      signal: this.signal,
      onEvent: ({ event, data }) => {
        if (event !== 'status') return;
        this.#told += 1;
        this.#take(JSON.parse(data));
      },
      onBreak: () => {
        this.refresh().catch(() => {});
        return true;
      },
    });
    // No stream is to be had: ask from time to time.
    while (!this.signal.aborted) {
      await pause(ASK_AGAIN, this.signal);
      await this.refresh().catch(() => {});
    }
  }

  #take(state: RunState): void {
    this.state = state;
    this.#tell('state');
    void this.#readResults().catch(() => {});
  }

  /** Reads what steps counted, when one has ended since the last time. */
  async #readResults(): Promise<void> {
    const ended = this.state.step_history.filter(({ completed_at }) => completed_at !== null);
    const key = ended.map(({ job_id }) => job_id).join();
    if (key === this.#ended) return;
    this.#ended = key;
    const read = await Promise.all(this.state.products.map((product) => this.#result(product.step_name)));
    this.results.clear();
    for (const [task, summary] of read) if (summary) this.results.set(task, summary);
    this.#tell('results');
  }

  async #result(task: TaskName): Promise<[TaskName, unknown]> {
    try {
      const address = runApi(this.id, 'results', task);
      return [task, (await call<{ summary: unknown }>('GET', address, { signal: this.signal })).summary];
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 404) return [task, undefined];
      throw error;
    }
  }

  #tell(what: 'state' | 'results'): void {
    for (const listener of this.#listeners[what]) listener();
  }
}
