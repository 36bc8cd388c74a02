/** `gtk serve` as a process of its own, asked over HTTP as a client would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, vi } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { program, temporaryFolder } from '../../run-gtk.js';
import { type Part, sendForm } from '../upload-form.js';

/** Whether there are the programs that lead from reads to sites. */
export const isReady = ['cutadapt', 'bwa', 'samtools'].map(requireTool).every(Boolean);

/** For `vi.waitFor`: a whole chain takes seconds, and the machine may have other work. */
export const soon = { timeout: 50_000, interval: 25 };

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: every test knows what it asked for.
  body: any;
}

export interface GtkServe {
  child: ChildProcess;
  dataDir: string;
  /** Ends with a slash. */
  url: string;
  /** Exit status and signal, once it has ended. */
  ended: Promise<[number | null, string | null]>;
  ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', address: string, body?: unknown): Promise<Answer>;
  /** Uploads reads with these settings; gives the id of the run. */
  create(name: string, reads: { r1: Uint8Array; r2: Uint8Array }, config?: object): Promise<string>;
  /** Starts a step and waits until it has ended; gives its job. */
  work(run: string, step: string): Promise<Answer['body']>;
  /** Waits until the run has nothing to do; gives its status. */
  settled(run: string): Promise<Answer['body']>;
}

const children: ChildProcess[] = [];

/** A new empty folder for servers, which is removed once they have ended. */
export function serverFolder(): string {
  const folder = temporaryFolder();
  afterAll(endServers);
  return folder;
}

async function endServers(): Promise<void> {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    // It ends the steps that it has started.
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

export interface ServeOptions {
  genomes: string;
  args?: string[];
  env?: Record<string, string>;
}

/** Starts a server and waits until it listens. */
export async function startServe(dataDir: string, options: ServeOptions): Promise<GtkServe> {
  const { genomes, args = [], env = {} } = options;
  const words = ['serve', '--json', '--data-dir', dataDir, '--genome-dir', genomes];
  const child = spawn(process.execPath, [program, ...words, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  children.push(child);
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const output = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output.stdout += text;
      if (output.stdout.includes('\n')) resolve();
    });
    child.on('close', () => reject(new Error(`the server ended: ${output.stderr}`)));
  });
  const { url } = JSON.parse(output.stdout) as { url: string };

  const ask: GtkServe['ask'] = async (method, address, body) => {
    const answer = await fetch(new URL(address, url), {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const settled: GtkServe['settled'] = (run) =>
    vi.waitFor(async () => {
      const { body } = await ask('GET', `/runs/${run}/status`);
      expect(body.current_step).toBeNull();
      return body;
    }, soon);

  return {
    child,
    dataDir,
    url,
    ended,
    ask,
    settled,
    async create(name, { r1, r2 }, config = {}) {
      const fields = Object.entries(config).map(([field, value]): Part => [field, String(value)]);
      const sent = await sendForm(`${url}runs`, [['name', name], ...fields, ['R1', r1], ['R2', r2]]);
      expect(sent).toMatchObject({ status: 201, body: { status: 'upload_completed' } });
      return sent.body.run_id;
    },
    async work(run, step) {
      const { status, body } = await ask('POST', `/runs/${run}/${step}`);
      expect({ status, body }).toMatchObject({ status: 202 });
      const { step_history } = await settled(run);
      return step_history.find(({ job_id }: { job_id: number }) => job_id === body.job_id);
    },
  };
}

/** The published primer and linker. */
export const assay = { r1_seq: 'ATCCCTCAGACCCTTTTAGTCAGTGTGGAAAATCTC', r2_seq: 'GACTGCGTATCAGT' };

export function readPair(folder: string): { r1: Buffer; r2: Buffer } {
  const [r1, r2] = ['R1', 'R2'].map((mate) => readFileSync(path.join(folder, `${mate}.fastq.gz`)));
  return { r1: r1!, r2: r2! };
}

/** A process as /proc tells it. */
export interface SeenProcess {
  pid: number;
  pgid: number;
  command: string[];
}

/** All processes that are alive: what is a zombie does nothing any more. */
export function processes(): SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // Behind the name, which may hold spaces and parentheses.
        const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z' || state === 'X') return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').slice(0, -1);
        return [{ pid: Number(name), pgid: Number(group), command }];
      } catch {
        return [];
      }
    });
}

/** Who is alive of a process group. */
export const membersOf = (pgid: number) => processes().filter((process) => process.pgid === pgid);
