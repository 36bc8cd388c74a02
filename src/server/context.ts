/** What the routes work with. */
import path from 'node:path';
import { Workspace } from '../pcr/workspace.js';
import type { Database } from './database/types.js';
import type { Jobs } from './jobs/types.js';
import type { Limits, Settings } from './settings.js';

/** Takes what happens; a logger of pino is one. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (fields: object, event: string) => void>;

export interface ServerContext {
  readonly settings: Settings;
  readonly limits: Limits;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly log: Log;
  /** When the server started, in milliseconds since the epoch. */
  readonly startedAt: number;
}

/** The folder of a run. The id is a UUID that was checked. */
export function workspaceOf(settings: Pick<Settings, 'dataDir'>, runId: string): Workspace {
  return new Workspace(path.join(settings.dataDir, 'runs', runId));
}
