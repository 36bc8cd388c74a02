/** Deleting what is old: on demand, and by and by where runs have a time limit. */
import { rm } from 'node:fs/promises';
import { cleanRun, deleteRun } from './clean-run.js';
import { type ServerContext, workspaceOf } from './context.js';
import type { RunRow } from './database/types.js';

const HOUR_MS = 3_600_000;

/** Jobs and their logs, save the latest of each step of a run, and files of runs that nobody touched for so long. */
export async function cleanUp(context: ServerContext, days: number) {
  const { database, settings } = context;
  const time = new Date(Date.now() - days * 24 * HOUR_MS).toISOString();
  const runs = database.runsOlderThan(time);
  const jobs = database.removeJobsBefore(time);
  let logs = 0;
  for (const { run_id, log_file } of jobs) {
    if (log_file === null) continue;
    const file = workspaceOf(settings, run_id).resolve(log_file);
    // Logs of jobs whose log went before count nothing.
    logs += await rm(file).then(
      () => 1,
      () => 0,
    );
    await rm(exitRecordOf(file), { force: true });
  }
  let cleaned = 0;
  for (const { id } of runs) if ((await cleanRun(context, id).catch(() => 0)) > 0) cleaned += 1;
  return { jobs_cleaned: jobs.length, logs_cleaned: logs, runs_cleaned: cleaned };
}

function exitRecordOf(log: string): string {
  return log.replace(/\.log$/, '.exit');
}

/** Deletes runs whose time is over and that have no active job. */
export async function deleteExpiredRuns(context: ServerContext): Promise<RunRow[]> {
  const { limits, database, log } = context;
  if (limits.runHours === undefined) return [];
  const expired = database.runsOlderThan(new Date(Date.now() - limits.runHours * HOUR_MS).toISOString());
  for (const { id, name } of expired) {
    await deleteRun(context, id, 'its time is over');
    log.info({ run: id, name }, 'run-expired');
  }
  return expired;
}
