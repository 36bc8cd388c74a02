/** A running server: its folder, its database, its jobs and its address, from the start to the end. */

import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { makeFolder } from '../engine/folders.js';
import { gtkError } from '../errors.js';
import { buildApp } from './app.js';
import { isLoopback } from './auth/origins.js';
import { readTokens } from './auth/tokens.js';
import { deleteExpiredRuns } from './clean-up.js';
import type { Log, ServerContext } from './context.js';
import { openDatabase } from './database/database.js';
import { openJobs } from './jobs/jobs.js';
import { limitsOf, type Settings } from './settings.js';
import { removeOrphans } from './upload/orphans.js';

export interface RunningServer {
  /** Where it listens. */
  url: string;
  /** Stops listening, ends what runs, writes all states. */
  close(): Promise<void>;
}

/** How often runs whose time is over are looked for. */
const EXPIRY_MS = 10 * 60_000;

/**
 * Starts a server and what waits in its folder.
 *
 * @throws GTK_USAGE, GTK_TOKENS, GTK_RUN_LOCKED, GTK_DATABASE, GTK_NOT_WRITABLE, GTK_SERVER if it cannot listen
 */
export async function startServer(settings: Settings, log: Log): Promise<RunningServer> {
  checkSettings(settings);
  const { dataDir, genomeDir } = settings;
  for (const folder of [path.join(dataDir, 'runs'), path.join(dataDir, 'tmp'), genomeDir]) makeFolder(folder);
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const database = openDatabase(path.join(dataDir, 'qslam.db'));
    closers.push(() => database.close());
    const limits = limitsOf(settings);
    const jobs = await openJobs({ settings, limits, database, log });
    closers.push(() => jobs.close());
    removeOrphans(settings, database);
    const context: ServerContext = { settings, limits, database, jobs, log, startedAt: Date.now() };
    const app = await buildApp(context);
    closers.push(() => app.close());
    const { host, port } = settings;
    await app.listen({ host, port }).catch((error) => {
      throw cannotListen(addressOf(host, port), error);
    });
    const timer = setInterval(() => expire(context), EXPIRY_MS);
    closers.push(() => clearInterval(timer));
    expire(context);
    return { url: addressOf(host, (app.server.address() as AddressInfo).port), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function expire(context: ServerContext): void {
  deleteExpiredRuns(context).catch((error: Error) =>
    context.log.error({ problem: error.message }, 'expiry-failed'),
  );
}

/** Throws GTK_USAGE for settings that do not go together, and what is wrong with the tokens, before anything is made. */
function checkSettings({ mode, tokens, host }: Settings): void {
  const refuse = (problem: string) => gtkError('GTK_USAGE', { problem, command: 'gtk serve' });
  if (mode === 'team' && tokens === undefined) throw refuse('--mode team needs --tokens FILE');
  if (mode !== 'team' && tokens !== undefined) throw refuse(`--tokens goes with --mode team, found ${mode}`);
  if (mode !== 'team' && !isLoopback(host)) {
    throw refuse(
      `--host ${host}: others could reach it, which needs --mode team; expected 127.0.0.1, ::1 or localhost`,
    );
  }
  if (tokens !== undefined) readTokens(tokens);
}

function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}

function cannotListen(url: string, error: NodeJS.ErrnoException): unknown {
  const problems: Record<string, [string, string]> = {
    EADDRINUSE: [
      'another program listens there',
      'Choose another port with --port, or 0 for any that is free.',
    ],
    EACCES: ['listening there is not allowed', 'Choose a port above 1023 with --port.'],
    EADDRNOTAVAIL: ['this machine has no such address', 'Choose one of its addresses with --host.'],
    ENOTFOUND: ['there is no such host', 'Choose an address of this machine with --host.'],
  };
  const found = problems[error.code ?? ''];
  return found ? gtkError('GTK_SERVER', { url, problem: found[0], remedy: found[1] }, error) : error;
}
