/** What a server that was killed amid an upload leaves behind, and how the next one finds it. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { workspaceOf } from '../context.js';
import type { Database } from '../database/types.js';
import type { Settings } from '../settings.js';

/** Stands in the folder of a run from before it gets its name until the database knows the run. */
const MARK = '.uploading';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function markUnfinished(runFolder: string): void {
  writeFileSync(path.join(runFolder, MARK), '');
}

export function markFinished(runFolder: string): void {
  rmSync(path.join(runFolder, MARK), { force: true });
}

/**
 * Removes uploads that were never finished, and reads that were stored for a run that does not know them. To be
 * called before the server listens. Folders of runs that no upload left unfinished stay, even if the database does not
 * know them: it may be the database that was lost.
 */
export function removeOrphans(settings: Pick<Settings, 'dataDir'>, database: Database): void {
  const tmp = path.join(settings.dataDir, 'tmp');
  for (const id of idsIn(tmp)) rmSync(path.join(tmp, id), { recursive: true, force: true });
  for (const id of idsIn(path.join(settings.dataDir, 'runs'))) {
    const { root, raw } = workspaceOf(settings, id);
    const run = database.run(id);
    const isMarked = existsSync(path.join(root, MARK));
    if (!run && isMarked) rmSync(root, { recursive: true, force: true });
    if (run && isMarked) markFinished(root);
    if (run && run.r1_sha256 === null) for (const file of Object.values(raw)) rmSync(file, { force: true });
  }
}

function idsIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => UUID.test(name)) : [];
}
