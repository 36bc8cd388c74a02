/** Jobs in a folder, with a stand-in for the process that works steps. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultConfig, type RunConfig } from '../../src/pcr/config/columns.js';
import type { Workspace } from '../../src/pcr/workspace.js';
import { workspaceOf } from '../../src/server/context.js';
import { openDatabase } from '../../src/server/database/database.js';
import type { Database } from '../../src/server/database/types.js';
import { openJobs } from '../../src/server/jobs/jobs.js';
import type { Jobs } from '../../src/server/jobs/types.js';
import { type Limits, limitsOf, type Settings } from '../../src/server/settings.js';

export interface JobServer {
  settings: Settings;
  database: Database;
  jobs: Jobs;
  close(): Promise<void>;
}

/** What `stand-in-step.mjs` is told. */
export interface Instructions {
  record?: 'done' | 'failed';
  print?: string;
  status?: number;
  until?: string;
  mark?: string;
  stubborn?: boolean;
  half?: boolean;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const stepProcess = fileURLToPath(new URL('stand-in-step.mjs', import.meta.url));

export async function openJobServer(
  dataDir: string,
  given: Partial<Settings> = {},
  limits: Partial<Limits> = {},
  wrap: (database: Database) => Database = (database) => database,
): Promise<JobServer> {
  const settings: Settings = {
    mode: 'local',
    dataDir,
    genomeDir: path.join(dataDir, 'reference'),
    host: '127.0.0.1',
    port: 0,
    maxUpload: 1,
    maxJobs: 2,
    threads: 4,
    stepSeconds: 3600,
    genomeHosts: [],
    hostNames: [],
    adopt: false,
    leaveJobs: false,
    ...given,
  };
  const database = wrap(openDatabase(path.join(dataDir, 'qslam.db')));
  const options = { settings, limits: { ...limitsOf(settings), ...limits }, database, log: silent };
  const jobs = await openJobs({ ...options, stepProcess });
  const close = async () => {
    await jobs.close();
    database.close();
  };
  return { settings, database, jobs, close };
}

export interface MadeRun {
  id: string;
  workspace: Workspace;
}

/** A run with raw reads, for which `umi` can start, and does what the instructions say. */
export function makeRun(
  { settings, database }: Pick<JobServer, 'settings' | 'database'>,
  instructions: Instructions = { record: 'done' },
  config: Partial<RunConfig> = {},
): MadeRun {
  const id = randomUUID();
  const vector_contig = JSON.stringify(instructions);
  const preset = { ...defaultConfig(), umi_read: 'r2', umi_pattern: 'NNNN', vector_contig } as const;
  const run = { id, name: 'run', description: null, created_by: 'me', config: { ...preset, ...config } };
  const reads = { r1_sha256: 'a'.repeat(64), r2_sha256: 'b'.repeat(64), r1_bytes: 3, r2_bytes: 3 };
  database.insertRun(run, reads, '2020-01-01T00:00:00.000Z');
  const workspace = workspaceOf(settings, id);
  mkdirSync(path.dirname(workspace.root), { recursive: true });
  workspace.create();
  for (const file of Object.values(workspace.raw)) writeFileSync(file, 'raw');
  return { id, workspace };
}
