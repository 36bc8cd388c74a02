/** After the server was gone: what became of the jobs that it had started. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../engine/folders.js';
import { readExitRecord } from '../../pcr/steps/exit-record.js';
import { bootId, isAlive, type ProcessIdentity } from '../../tools/process-identity.js';
import { workspaceOf } from '../context.js';
import type { JobRow } from '../database/types.js';
import { empty, endOf, type FollowedJob, followJob, type Surroundings, settle } from './follow.js';
import { jobFiles } from './job-files.js';

/**
 * Finishes jobs that ended meanwhile from what they left, and ends or follows those that still run. Nothing else may
 * work in the server's folder.
 *
 * @returns jobs that still run, by their ids
 */
export async function reconcile(around: Surroundings): Promise<Map<number, FollowedJob>> {
  const { settings, database } = around;
  const tmp = path.join(settings.dataDir, 'tmp');
  rmSync(tmp, { recursive: true, force: true });
  makeFolder(tmp);
  const running = database.activeJobs().filter(({ status }) => status === 'running');
  const followed = await Promise.all(
    running.map(async (job) => [job.id, await takeUp(around, job)] as const),
  );
  return new Map(followed.flatMap(([id, job]) => (job ? [[id, job]] : [])));
}

async function takeUp(around: Surroundings, job: JobRow): Promise<FollowedJob | undefined> {
  const identity: ProcessIdentity = { pid: job.pgid!, started: job.pid_start! };
  // After the system was started anew, the number and the start time may be anybody's.
  const isSameBoot = job.boot_id === bootId();
  const { exit } = jobFiles(workspaceOf(around.settings, job.run_id), job);
  const hasEnded = readExitRecord(exit) !== undefined || job.kill_reason !== null;
  if (around.settings.adopt && isSameBoot && !hasEnded && isAlive(identity))
    return followJob(around, job, identity, endOf(identity));
  if (isSameBoot) await empty(around, job, identity);
  settle(around, job, { reason: 'interrupted by a restart of the server' });
  return undefined;
}
