/** The files of a run, or of folders of it. */
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isShown } from './shown.js';

export interface ListedFile {
  name: string;
  /** Relative to the run's folder. */
  path: string;
  size: number;
  /** UTC, ISO 8601. */
  modified: string;
}

/** More folders within one another than any run has. */
const MAX_DEPTH = 6;

/** Regular files below a folder of a run, sorted by path; links and whatever else is there are passed over. */
export async function listFiles(root: string, folder = ''): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  await collect(root, folder === '' ? [] : folder.split('/'), files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function collect(root: string, parts: readonly string[], files: ListedFile[]): Promise<void> {
  if (parts.length > MAX_DEPTH) return;
  for (const entry of await entriesOf(path.join(root, ...parts))) {
    const here = [...parts, entry.name];
    if (!isShown(here)) continue;
    if (entry.isDirectory()) await collect(root, here, files);
    else if (entry.isFile()) {
      // A step that starts anew removes what it made before.
      const facts = await lstat(path.join(root, ...here)).catch(() => undefined);
      if (!facts?.isFile()) continue;
      const { size, mtime } = facts;
      files.push({ name: entry.name, path: here.join('/'), size, modified: mtime.toISOString() });
    }
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const facts = await lstat(folder).catch(() => undefined);
  return facts?.isDirectory() ? readdir(folder, { withFileTypes: true }).catch(() => []) : [];
}

/** By folder, as clients see them. */
export function byFolder(files: readonly ListedFile[]): Record<string, ListedFile[]> {
  const folders: Record<string, ListedFile[]> = {};
  for (const file of files) {
    const folder = path.posix.dirname(file.path);
    folders[folder] ??= [];
    folders[folder].push(file);
  }
  return folders;
}
