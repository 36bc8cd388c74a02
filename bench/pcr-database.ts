import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { defaultConfig } from '../src/pcr/config/columns.js';
import { type TaskName, taskNames } from '../src/pcr/steps/names.js';
import { connect } from '../src/server/database/connect.js';
import { jobStatements } from '../src/server/database/jobs.js';
import { runStatements } from '../src/server/database/runs.js';
import { median } from './measure.js';
import { genome, type PcrInputs } from './pcr-inputs.js';
import { PcrServer } from './pcr-server.js';
import type { Figure, Probe } from './suite.js';

/** Whether answers take longer when there are many runs in the database. */

/** Besides the upload. */
const stepsOfRun = 9;

const goal = { bound: 'at most', limit: 1.5 } as const;

export function databaseProbe(inputs: PcrInputs): Probe {
  const { requests } = inputs.workloads;
  const [few, many] = inputs.workloads.runs.map((runs) => runs.toLocaleString('en'));
  return {
    title: `${many} runs in the database`,
    note: `Ten jobs each, beside a server with ${few} runs; medians of ${requests} requests one after another to each in turn. A list of 50 has more rows where there are more runs, one of 10 has as many.`,
    async measure() {
      await inputs.makeGenome();
      const folder = inputs.scratch();
      const servers: Filled[] = [];
      try {
        for (const runs of inputs.workloads.runs) {
          const dataDir = path.join(folder, String(runs));
          const run = fillDatabase(dataDir, runs);
          servers.push({ run, server: await PcrServer.start(dataDir, inputs.genomes) });
        }
        return await compare(servers, requests);
      } finally {
        for (const { server } of servers) await server.close();
        rmSync(folder, { recursive: true });
      }
    },
  };
}

interface Filled {
  server: PcrServer;
  /** Id of a run in the middle. */
  run: string;
}

/** Makes the database of a server that has done so many runs. */
export function fillDatabase(dataDir: string, count: number): string {
  mkdirSync(dataDir, { recursive: true });
  const db = connect(path.join(dataDir, 'qslam.db'));
  const [runs, jobs] = [runStatements(db), jobStatements(db)];
  const reads = { r1_sha256: '0'.repeat(64), r2_sha256: '0'.repeat(64), r1_bytes: 1, r2_bytes: 1 };
  const process = { pgid: 1, pid_start: '1', boot_id: 'none', threads: 2 };
  const ids = Array.from({ length: count }, () => randomUUID());
  db.transaction(() => {
    for (const [at, id] of ids.entries()) {
      const config = { ...defaultConfig(), genome };
      const run = { id, name: `run ${at}`, description: null, created_by: `user ${at % 7}`, config };
      runs.insertRun(run, reads, new Date().toISOString());
      for (let step = 0; step < stepsOfRun; step++) {
        const job = jobs.insertJob(id, {
          task: taskNames[step % taskNames.length] as TaskName,
          input: 'auto',
        })!;
        jobs.startJob(job.id, { ...process, log_file: `logs/${job.step_name}.${job.id}.log` });
        jobs.endJob(job.id, { status: 'completed', exit_code: 0 });
      }
    }
  })();
  db.close();
  return ids[count >> 1]!;
}

async function compare(servers: Filled[], requests: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  const questions: [string, (run: string) => string][] = [
    ['GET /runs?limit=50', () => '/runs?limit=50'],
    ['GET /runs?limit=10', () => '/runs?limit=10'],
    ['GET /runs/ID/status', (run) => `/runs/${run}/status`],
  ];
  for (const [name, address] of questions) {
    const [few, many] = await medians(servers, address, requests);
    figures.push(
      { name: `${name}, few runs`, value: few!, unit: 'ms' },
      { name: `${name}, many runs`, value: many!, unit: 'ms' },
      { name: `${name}, many over few`, value: many! / few!, unit: '×', goal },
    );
  }
  return figures;
}

/** Median milliseconds of a request to each server. */
async function medians(
  servers: Filled[],
  address: (run: string) => string,
  requests: number,
): Promise<number[]> {
  const times = servers.map((): number[] => []);
  // The first ones warm up.
  for (let request = -requests / 10; request < requests; request++) {
    for (const [at, { server, run }] of servers.entries()) {
      const started = performance.now();
      await server.ask('GET', address(run));
      if (request >= 0) times[at]!.push(performance.now() - started);
    }
  }
  return times.map(median);
}
