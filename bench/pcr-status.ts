import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PcrInputs } from './pcr-inputs.js';
import { PcrServer } from './pcr-server.js';
import type { Figure, Probe } from './suite.js';

/** How a server that works on two runs answers those who ask how far they are. */

const clientsProgram = fileURLToPath(new URL('pcr-clients.mjs', import.meta.url));

const clients = 50;
const waitMs = 200;

/** What the program of clients prints. */
interface Seen {
  requests: number;
  seconds: number;
  p50: number;
  p99: number;
  max: number;
  /** Answers that said that the run is being worked on. */
  running: number;
  errors: number;
  firstError: string | null;
}

export function statusProbe(inputs: PcrInputs): Probe {
  return {
    title: `GET /runs/ID/status by ${clients} clients while two steps work`,
    note: `Each client waits ${waitMs} ms between an answer and its next request; they are one process beside the server. Both runs trim ${inputs.workloads.pairs.toLocaleString('en')} pairs with a thread each, again and again.`,
    async measure() {
      await inputs.makeReads();
      const folder = inputs.scratch();
      const server = await PcrServer.start(path.join(folder, 'data'), inputs.genomes);
      try {
        return await ask(server, inputs);
      } finally {
        await server.close();
        rmSync(folder, { recursive: true });
      }
    },
  };
}

async function ask(server: PcrServer, inputs: PcrInputs): Promise<Figure[]> {
  const runs = [await server.upload(inputs.reads), await server.upload(inputs.reads)];
  let isOver = false;
  const keepWorking = async (run: string) => {
    while (!isOver) await server.work(run, 'cutadapt');
  };
  const work = Promise.all(runs.map(keepWorking));
  try {
    const urls = runs.map((run) => `${server.url}/runs/${run}/status`);
    const request = JSON.stringify({ urls, clients, waitMs, seconds: inputs.workloads.seconds });
    const [before, busyBefore] = [server.processorSeconds(), busySeconds()];
    const started = performance.now();
    const seen = await Promise.race([
      promisify(execFile)(process.execPath, [clientsProgram, request]),
      // It only ends before the clients if a step failed.
      work.then(() => Promise.reject(new Error('the steps ended before the clients'))),
    ]);
    const seconds = (performance.now() - started) / 1000;
    const own = server.processorSeconds() - before;
    const busy = busySeconds() - busyBefore;
    const memory = server.peakMemory();
    isOver = true;
    return figures(JSON.parse(seen.stdout), own / seconds, busy / seconds / cpus().length, memory);
  } finally {
    isOver = true;
    await Promise.all(runs.map((run) => server.ask('DELETE', `/runs/${run}/kill`)));
    await work.catch(() => {});
  }
}

function figures(seen: Seen, share: number, busy: number, memory: number): Figure[] {
  if (seen.firstError !== null) console.error(`First of the errors: ${seen.firstError}`);
  return [
    { name: 'requests a second', value: seen.requests / seen.seconds, unit: '/s' },
    { name: 'median', value: seen.p50, unit: 'ms' },
    { name: '99th percentile', value: seen.p99, unit: 'ms', goal: { bound: 'at most', limit: 50 } },
    { name: 'longest', value: seen.max, unit: 'ms' },
    { name: 'errors', value: seen.errors, unit: '', goal: { bound: 'at most', limit: 0 } },
    {
      name: 'answers that said running',
      value: (100 * seen.running) / seen.requests,
      unit: '%',
      goal: { bound: 'at least', limit: 90 },
    },
    { name: "server's share of one processor", value: 100 * share, unit: '%' },
    { name: 'all processors busy', value: 100 * busy, unit: '%' },
    { name: "server's peak memory", value: memory, unit: 'MB' },
  ];
}

/** Time that all processors together have worked, in seconds. */
function busySeconds(): number {
  const worked = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  return worked.reduce((sum, milliseconds) => sum + milliseconds, 0) / 1000;
}
