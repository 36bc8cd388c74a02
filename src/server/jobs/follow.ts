/** Following the process of a job to its end, however that comes, and writing the end down. */
import { setTimeout as sleep } from 'node:timers/promises';
import { removeUnfinished } from '../../pcr/steps/perform.js';
import { killGroup } from '../../tools/kill-group.js';
import { isAlive, type ProcessIdentity } from '../../tools/process-identity.js';
import { type Log, workspaceOf } from '../context.js';
import type { Database, JobRow } from '../database/types.js';
import type { Settings } from '../settings.js';
import { jobFiles } from './job-files.js';
import type { Exit } from './launch.js';
import { outcome, type ProcessEnd } from './outcome.js';

/** How long a step may take to end itself before it is killed. */
export const GRACE_MS = 5000;

/** How often a process that is not a child of this server is looked at. */
const LOOK_MS = 200;

/** How soon the end of a job is written down again where the disk was full. */
const RETRY_MS = 1000;

/** A timer of more, 25 days, would go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Surroundings {
  settings: Settings;
  database: Database;
  log: Log;
}

/** A job whose process runs. */
export interface FollowedJob {
  /** Ends the whole group; how the job ended is then written down as ever. */
  stop(graceMs?: number): void;
  /** Follows it no longer: nothing more is written down. */
  leave(): void;
  /** Resolves once its group is empty and its end is written down; never rejects. */
  ended: Promise<void>;
}

/** Follows a process that was let begin, or that an earlier server let begin. */
export function followJob(
  around: Surroundings,
  job: JobRow,
  identity: ProcessIdentity,
  exited: Promise<Partial<Exit>>,
): FollowedJob {
  const { settings, log } = around;
  let reason: string | undefined;
  let isLeft = false;
  const limit = settings.stepSeconds * 1000 - (Date.now() - Date.parse(job.started_at!));
  const deadline = setTimeout(
    () => {
      reason = `stopped after ${settings.stepSeconds} seconds, the longest that a step may take here`;
      void killGroup(identity, GRACE_MS);
    },
    Math.min(Math.max(limit, 0), LONGEST_TIMER_MS),
  );
  const follow = async () => {
    const exit = await exited;
    clearTimeout(deadline);
    if (isLeft) return;
    // What it started must not outlive it and write into files of the next step.
    await empty(around, job, identity);
    while (!isLeft && !tryToSettle({ ...exit, ...(reason !== undefined && { reason }) }))
      await sleep(RETRY_MS, undefined, { ref: false });
  };
  const tryToSettle = (end: ProcessEnd): boolean => {
    try {
      settle(around, job, end);
      return true;
    } catch (error) {
      log.error({ problem: (error as Error).message, job: job.id }, 'job-end-not-written');
      return false;
    }
  };
  return {
    ended: follow(),
    stop: (graceMs = GRACE_MS) => void killGroup(identity, graceMs),
    leave: () => {
      isLeft = true;
      clearTimeout(deadline);
    },
  };
}

/** Ends what is left of a job's process group. */
export async function empty({ log }: Surroundings, job: JobRow, identity: ProcessIdentity): Promise<void> {
  const isEmpty = await killGroup(identity, GRACE_MS);
  if (!isEmpty) log.error({ job: job.id, pgid: identity.pid }, 'killed-process-hangs');
}

/** Resolves when a process ends that is not a child of this server. */
export async function endOf(identity: ProcessIdentity): Promise<Partial<Exit>> {
  while (isAlive(identity)) await sleep(LOOK_MS, undefined, { ref: false });
  return {};
}

/** Leaves nothing half-made in the run's folder, and writes down how the job ended. Its group must be empty. */
export function settle({ settings, database }: Surroundings, { id, run_id }: JobRow, end: ProcessEnd): void {
  const workspace = workspaceOf(settings, run_id);
  const job = database.job(id);
  const run = database.run(run_id);
  if (!job || !run) return;
  // Before anybody may start the next step.
  removeUnfinished(workspace);
  const files = jobFiles(workspace, job);
  database.endJob(id, outcome({ settings, run, files, killReason: job.kill_reason, end }));
}
