/** Follows a run on a server by asking for its state. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OptionValues } from '../engine/command.js';
import type { Live, Outcome } from '../engine/live.js';
import { ExitStatus, gtkError } from '../errors.js';
import { NetworkFailure } from '../net/failure.js';
import { type Reply, request } from '../net/request.js';

/** How often the server is asked. */
const ASK_MS = 500;

/** A job as `GET /runs/ID/status` tells it. */
interface WatchedJob {
  job_id: number;
  step_name: string;
  status: string;
  error_message: string | null;
}

interface WatchedRun {
  status: string;
  current_step: string | null;
  step_history: WatchedJob[];
}

const finalStates = ['completed', 'failed', 'killed'];

/** Until the run ends. Throws GTK_SERVER, GTK_USAGE. */
export async function watchRun(values: OptionValues, [run]: string[], live: Live): Promise<Outcome> {
  const client = new Client(values, live.signal);
  const path = `/runs/${encodeURIComponent(run!)}`;
  const told = new Map<number, string>();
  const offsets = new Map<number, number>();
  let state = (await client.ask(`${path}/status`)) as WatchedRun;
  const finished = () => state.step_history.filter(({ status }) => finalStates.includes(status)).length;
  live.show(() => ({
    done: finished(),
    total: state.step_history.length,
    words: state.current_step ?? state.status,
  }));
  for (;;) {
    for (const job of state.step_history) {
      if (values.logs && job.step_name !== 'upload') await follow(job, offsets, client, path);
      if (told.get(job.job_id) === job.status) continue;
      told.set(job.job_id, job.status);
      const level = job.status === 'failed' ? 'error' : job.status === 'killed' ? 'warn' : 'info';
      live.log(level, 'step', { step: job.step_name, state: job.status, job: job.job_id });
    }
    if (isOver(state)) break;
    await sleep(ASK_MS, undefined, { signal: live.signal });
    state = (await client.ask(`${path}/status`)) as WatchedRun;
  }
  const failed = state.step_history.findLast(({ status }) => status === 'failed' || status === 'killed');
  const reason =
    state.status === 'completed' ? '' : `: ${failed?.step_name}: ${failed?.error_message ?? state.status}`;
  return {
    text: `Run ${run} ${state.status}${reason}\n`,
    json: { run_id: run, ...state },
    status: state.status === 'completed' ? ExitStatus.done : ExitStatus.someFailed,
  };
}

/** Reads that were uploaded make no run completed. */
function isOver({ status, step_history }: WatchedRun): boolean {
  return finalStates.includes(status) && step_history.some(({ step_name }) => step_name !== 'upload');
}

/** Prints what a job's log has more than before. */
async function follow(
  job: WatchedJob,
  offsets: Map<number, number>,
  client: Client,
  path: string,
): Promise<void> {
  if (job.status === 'pending' || offsets.get(job.job_id) === Number.POSITIVE_INFINITY) return;
  const step = job.step_name.replace(/^qc_(before|after)$/, 'qc');
  for (;;) {
    const offset = offsets.get(job.job_id) ?? 0;
    const query = `?job_id=${job.job_id}&offset=${offset}`;
    const { logs, next_offset, size } = (await client.ask(`${path}/${step}/logs${query}`)) as {
      logs: string;
      next_offset: number;
      size: number;
    };
    process.stderr.write(logs);
    offsets.set(job.job_id, next_offset);
    if (next_offset >= size || next_offset === offset) break;
  }
  if (finalStates.includes(job.status)) offsets.set(job.job_id, Number.POSITIVE_INFINITY);
}

/** Asks the server, and asks again while it is out of reach. */
class Client {
  readonly #base: string;
  readonly #headers: Record<string, string>;
  readonly #patienceMs: number;

  constructor(
    { server, token, patience }: OptionValues,
    readonly signal: AbortSignal,
  ) {
    const url = URL.canParse(server as string) ? new URL(server as string) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      const problem = `--server: found ${server}, expected an address such as http://127.0.0.1:5000`;
      throw gtkError('GTK_USAGE', { problem, command: 'gtk pcr watch' });
    }
    this.#base = url.href.replace(/\/+$/, '');
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.#patienceMs = (patience as number) * 1000;
  }

  /** The JSON answer. Throws GTK_SERVER if it refuses, or for too long says nothing. */
  async ask(path: string): Promise<unknown> {
    const until = performance.now() + this.#patienceMs;
    for (;;) {
      const answer = await this.#try(path);
      if (typeof answer !== 'string' && answer.status < 500) return this.#read(answer);
      if (performance.now() >= until) {
        const problem = typeof answer === 'string' ? answer : `the server answered ${answer.status}`;
        throw gtkError('GTK_SERVER', {
          url: this.#base,
          problem,
          remedy: 'Check the address, and that gtk serve runs there.',
        });
      }
      await sleep(ASK_MS, undefined, { signal: this.signal });
    }
  }

  /** Node's own fetch may wait for ever where the server goes just as it is asked. */
  async #try(path: string): Promise<Reply | string> {
    try {
      const { signal } = this;
      return await request(`${this.#base}${path}`, { headers: this.#headers, signal, repeatable: false });
    } catch (error) {
      if (error instanceof NetworkFailure) return `cannot be reached: ${error.message}`;
      throw error;
    }
  }

  #read({ status, body }: Reply): unknown {
    const answer = parsed(body);
    if (status < 300 && answer !== undefined) return answer;
    const remedy =
      status === 401
        ? 'Give the token that the server expects with --token.'
        : "Check the run's id and the address.";
    throw gtkError('GTK_SERVER', {
      url: this.#base,
      problem: answer?.error ?? `status ${status}`,
      remedy,
    });
  }
}

/** Undefined if it is no JSON. */
function parsed(body: Buffer): { error?: string } | undefined {
  try {
    return JSON.parse(body.toString()) as { error?: string };
  } catch {
    return undefined;
  }
}
