import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LINKER, LTR_PRIMER } from '../src/pcr/config/columns.js';
import { genome, main } from './pcr-inputs.js';

/** A server of its own for a measurement, and what the system tells of it. */

/** proc(5): ticks of processor time a second, on every Linux that Node runs on. */
const TICKS = 100;

/** How long a job may take to start or to end, in milliseconds. */
const PATIENCE = 300_000;

export class PcrServer {
  private constructor(
    readonly url: string,
    readonly pid: number,
    readonly process: ChildProcess,
  ) {}

  /**
   * Starts `gtk serve` with two slots and two threads at a free port of the loopback interface.
   *
   * @param programs folder that is put in front of the PATH
   */
  static async start(dataDir: string, genomes: string, programs?: string): Promise<PcrServer> {
    const options = ['--data-dir', dataDir, '--genome-dir', genomes, '--port', '0', '--max-jobs', '2'];
    const child = spawn(
      process.execPath,
      [main, 'serve', ...options, '--threads', '2', '--json', '--quiet'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...(programs && { PATH: `${programs}:${process.env.PATH}` }) },
      },
    );
    for await (const line of createInterface(child.stdout!)) {
      const { url } = JSON.parse(line) as { url: string };
      return new PcrServer(url.replace(/\/$/, ''), child.pid!, child);
    }
    throw new Error(`gtk serve ended with status ${child.exitCode} before it listened`);
  }

  async close(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await ended;
  }

  /** Asks the server, and throws unless it answers with success. */
  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** Uploads reads with curl, which streams them, and gives the id of the run. */
  async upload(reads: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(...curl(this.url, reads));
    return (JSON.parse(stdout) as { run_id: string }).run_id;
  }

  /** Starts a step and waits for its end. Throws unless it completes. */
  async work(run: string, step: string): Promise<void> {
    await this.ask('POST', `/runs/${run}/${step}`, {});
    const ended = await until(async () => {
      const job = await this.ask<Job>('GET', `/runs/${run}/${step}/status`);
      return job.status === 'pending' || job.status === 'running' ? undefined : job;
    });
    if (ended.status !== 'completed') throw new Error(`${step}: ${ended.status}, ${ended.error_message}`);
  }

  /** Processor time that the server itself has used, in seconds. */
  processorSeconds(): number {
    const { fields } = processOf(this.pid)!;
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  }

  /** The largest resident set that it ever had, in MB. */
  peakMemory(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024) / 1e6;
  }

  /** Process groups that it started, by their leaders. */
  groups(): number[] {
    return processes().flatMap(({ pid, fields }) =>
      Number(fields[1]) === this.pid && Number(fields[2]) === pid ? [pid] : [],
    );
  }
}

interface Job {
  status: string;
  error_message: string | null;
}

/** What curl is called with to upload a pair of files, as arguments of execFile. */
export function curl(url: string, reads: readonly string[]): [string, string[]] {
  const parts = reads.flatMap((file, at) => ['-F', `R${at + 1}=@${file}`]);
  const config = [
    '-F',
    'name=bench',
    '-F',
    `genome=${genome}`,
    '-F',
    `r1_seq=${LTR_PRIMER}`,
    '-F',
    `r2_seq=${LINKER}`,
  ];
  return ['curl', ['-sS', '--fail-with-body', ...config, ...parts, `${url}/runs`]];
}

/** Asks again and again until there is an answer. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>, waitMs = 50): Promise<T> {
  for (const end = performance.now() + PATIENCE; performance.now() < end; await sleep(waitMs)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`Waited for ${PATIENCE / 1000} s in vain: ${look}`);
}

/** Names of the processes of a group that are there and no zombies. */
export function membersOf(group: number): string[] {
  return processes().flatMap(({ name, fields }) =>
    Number(fields[2]) === group && !'ZX'.includes(fields[0]!) ? [name] : [],
  );
}

interface Process {
  pid: number;
  name: string;
  /** Fields of proc(5) behind the name; the first one is the state. */
  fields: string[];
}

function processes(): Process[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.flatMap((pid) => processOf(Number(pid)) ?? []);
}

function processOf(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const end = stat.lastIndexOf(')');
    return { pid, name: stat.slice(stat.indexOf('(') + 1, end), fields: stat.slice(end + 2).split(' ') };
  } catch {
    return undefined;
  }
}
