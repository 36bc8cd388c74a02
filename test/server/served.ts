/** An application over a database and jobs of its own, asked without a socket. Steps are done by a stand-in. */
import { createHash, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { afterAll } from 'vitest';
import { defaultConfig, type RunConfig } from '../../src/pcr/config/columns.js';
import { buildApp } from '../../src/server/app.js';
import { type ServerContext, workspaceOf } from '../../src/server/context.js';
import { openDatabase } from '../../src/server/database/database.js';
import { openJobs } from '../../src/server/jobs/jobs.js';
import { limitsOf, type Settings } from '../../src/server/settings.js';
import { temporaryFolder } from '../run-gtk.js';

const stepProcess = fileURLToPath(new URL('stand-in-step.mjs', import.meta.url));

/** Tokens of a team by their owners; `ada` is its admin. */
export const tokens = { ada: 'token-of-ada', bob: 'token-of-bob', eve: 'token-of-eve' };

export interface Served {
  app: FastifyInstance;
  context: ServerContext;
  /** What was logged as errors. */
  errors: object[];
  /** A run as if it had been uploaded, or imported with `reads: false`. */
  addRun(options?: AddedRun): string;
  /** Asks, and reads the JSON answer. */
  ask(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, options?: Asked): Promise<Answer>;
}

export interface AddedRun {
  name?: string;
  config?: Partial<RunConfig>;
  reads?: boolean;
  created_by?: string;
}

export interface Asked {
  body?: unknown;
  headers?: Record<string, string>;
  as?: keyof typeof tokens;
  from?: string;
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: every test knows what it asked for.
  body: any;
}

export async function serve(settings: Partial<Settings> = {}): Promise<Served> {
  const dataDir = temporaryFolder();
  const all: Settings = {
    ...settingsIn(dataDir),
    ...(settings.mode === 'team' && { tokens: writeTokens(dataDir) }),
    ...settings,
  };
  const errors: object[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => errors.push(fields) };
  const database = openDatabase(path.join(dataDir, 'qslam.db'));
  const limits = limitsOf(all);
  const jobs = await openJobs({ settings: all, limits, database, log, stepProcess });
  const context: ServerContext = { settings: all, limits, database, jobs, log, startedAt: Date.now() };
  const app = await buildApp(context);
  afterAll(async () => {
    await app.close();
    await jobs.close();
    database.close();
  });

  return {
    app,
    context,
    errors,
    addRun({ name = 'run', config = {}, reads = true, created_by = null as never } = {}) {
      const id = randomUUID();
      const workspace = workspaceOf(all, id);
      workspace.create();
      const stored = { r1_sha256: 'a'.repeat(64), r2_sha256: 'b'.repeat(64), r1_bytes: 4, r2_bytes: 4 };
      if (reads) for (const file of Object.values(workspace.raw)) writeFileSync(file, 'read');
      const run = { id, name, description: null, created_by, config: { ...defaultConfig(), ...config } };
      database.insertRun(run, reads ? stored : undefined, new Date().toISOString());
      return id;
    },
    async ask(method, url, { body, headers = {}, as, from } = {}) {
      const answer = await app.inject({
        method,
        url,
        ...(body !== undefined && { payload: body as string }),
        ...(from !== undefined && { remoteAddress: from }),
        headers: { ...(as && { authorization: `Bearer ${tokens[as]}` }), ...headers },
      });
      const isJson = String(answer.headers['content-type']).startsWith('application/json');
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: isJson ? answer.json() : answer.body,
      };
    },
  };
}

/** What a server in that folder has where nothing else is said. */
export function settingsIn(dataDir: string): Settings {
  return {
    mode: 'local',
    dataDir,
    genomeDir: path.join(dataDir, 'reference'),
    host: '127.0.0.1',
    port: 0,
    maxUpload: 2 ** 20,
    maxJobs: 2,
    threads: 2,
    stepSeconds: 60,
    genomeHosts: [],
    hostNames: [],
    adopt: false,
    leaveJobs: false,
  };
}

/** A tokens file for {@link tokens}. */
export function writeTokens(folder: string): string {
  const file = path.join(folder, 'tokens.json');
  const list = Object.entries(tokens).map(([name, token]) => ({
    name,
    sha256: createHash('sha256').update(token).digest('hex'),
    role: name === 'ada' ? 'admin' : 'user',
  }));
  writeFileSync(file, JSON.stringify(list));
  return file;
}
