/** Taking away what runs left on the disk. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../engine/folders.js';
import { type ServerContext, workspaceOf } from './context.js';
import { HttpProblem } from './problem.js';

/**
 * Deletes a run, its files and its jobs.
 *
 * @param reason why what runs is killed
 * @returns the ids of the jobs that were killed
 */
export async function deleteRun(context: ServerContext, id: string, reason: string): Promise<number[]> {
  const { database, jobs, settings } = context;
  const killed: number[] = [];
  for (;;) {
    const job = await jobs.killRun(id, reason);
    if (job) killed.push(job.id);
    // While the last one ended, another may have been made.
    if (!database.activeJob(id)) break;
  }
  // The files first: a run without files can still be deleted, files without a run would stay for ever.
  const { root } = workspaceOf(settings, id);
  const aside = existsSync(root) ? moveAside(settings.dataDir, root) : undefined;
  database.deleteRun(id);
  jobs.events.emit('run', id);
  if (aside !== undefined) await rm(aside, { recursive: true, force: true });
  return killed;
}

/**
 * Deletes the files of a run that has no active job, save its logs.
 *
 * @returns bytes
 * @throws HttpProblem `busy`
 */
export async function cleanRun(context: ServerContext, id: string): Promise<number> {
  const { database, jobs, settings } = context;
  const workspace = workspaceOf(settings, id);
  if (database.activeJob(id)) throw new HttpProblem('busy', 'A step of this run is waiting or running');
  // All at one moment, so that a step that is started meanwhile finds nothing instead of something.
  database.forgetReads(id);
  const names = existsSync(workspace.root) ? readdirSync(workspace.root) : [];
  const asides = names
    .filter((name) => name !== 'logs')
    .map((name) => moveAside(settings.dataDir, workspace.resolve(name)));
  workspace.create();
  jobs.events.emit('run', id);
  let freed = 0;
  for (const aside of asides) {
    freed += await bytesBelow(aside);
    await rm(aside, { recursive: true, force: true });
  }
  return freed;
}

/** Bytes of all files below a folder, or of a file; what vanishes meanwhile counts nothing. */
export async function bytesBelow(place: string): Promise<number> {
  const entry = await lstat(place).catch(() => undefined);
  if (!entry) return 0;
  if (!entry.isDirectory()) return entry.size;
  let bytes = 0;
  for (const name of await readdir(place).catch(() => [])) bytes += await bytesBelow(path.join(place, name));
  return bytes;
}

/** Gone at once from where it was; what a crash leaves of it stands where the next start clears up. */
function moveAside(dataDir: string, folder: string): string {
  const tmp = path.join(dataDir, 'tmp');
  makeFolder(tmp);
  const aside = path.join(tmp, randomUUID());
  renameSync(folder, aside);
  return aside;
}
