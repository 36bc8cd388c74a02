/** What sets a dataset apart from what its repository holds. */
import type { HubClient } from './hub-client.js';
import { gitBlobId, type LocalFile } from './local-file.js';
import { listFolder, type RemoteFile, readFiles } from './remote-state.js';

/** What a commit has to do. */
export interface Changes {
  /** Files that are missing or have another content. */
  add: LocalFile[];
  /** Paths of Parquet files that an earlier, larger dataset left. */
  remove: string[];
}

/** Compares files with the repository, and its Parquet files below some folders with them. Throws GTK_HUB. */
export async function findChanges(hub: HubClient, files: LocalFile[], folders: string[]): Promise<Changes> {
  const own = new Set(files.map(({ path }) => path));
  const remote = await readFiles(hub, [...own]);
  const add: LocalFile[] = [];
  for (const file of files) {
    if (!(await hasSameContent(file, remote.get(file.path), hub.context.signal))) add.push(file);
  }
  const remove: string[] = [];
  for (const folder of folders) {
    const paths = await listFolder(hub, folder);
    remove.push(...paths.filter((path) => path.endsWith('.parquet') && !own.has(path)));
  }
  return { add, remove };
}

async function hasSameContent(
  file: LocalFile,
  remote: RemoteFile | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (remote?.bytes !== file.bytes) return false;
  if (remote.sha256 !== undefined) return remote.sha256 === file.sha256;
  return remote.gitBlobId === (await gitBlobId(file, signal));
}
