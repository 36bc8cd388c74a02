/** Deletes reads that may be deleted, file by file. */
import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import type { Layout } from '../layout.js';
import { markRemoved } from '../reads/mark-removed.js';
import { below, changeOf, isOwnFolder } from './own-files.js';
import type { Deletion } from './plan-cleanup.js';

/** What was deleted. */
export interface Cleaned {
  freed: number;
  /** Bytes by run. */
  runs: Map<string, number>;
  /** What could not be deleted, and why. */
  warnings: string[];
}

/** Deletes what a plan names, in its order. What changed since the plan was made stays. */
export function executeCleanup(deletions: readonly Deletion[], layout: Layout): Cleaned {
  const cleaned: Cleaned = { freed: 0, runs: new Map(), warnings: [] };
  for (const deletion of deletions) {
    const bytes = deleteOne(deletion, layout, cleaned.warnings);
    cleaned.freed += bytes;
    if (bytes > 0) cleaned.runs.set(deletion.run, bytes);
  }
  return cleaned;
}

function deleteOne({ run, folder, files, why }: Deletion, layout: Layout, warnings: string[]): number {
  // The folder may have been replaced by a link since.
  if (!isOwnFolder(layout, run)) {
    warnings.push(`${folder} is no folder any more: it was left alone`);
    return 0;
  }
  let freed = 0;
  for (const { path, bytes, changed } of files) {
    try {
      const stat = lstatSync(path);
      const now = stat.isDirectory() ? below(path) : { bytes: stat.size, changed: changeOf(stat) };
      if (stat.isSymbolicLink() || now.bytes !== bytes || now.changed !== changed) {
        warnings.push(`${path} has changed: it was left alone`);
        continue;
      }
      // Of links in a folder it deletes the links.
      const removed = () => rmSync(path, { recursive: stat.isDirectory() });
      if (why === 'done' && /\.(fastq|fq)(\.gz)?$/.test(path)) markRemoved(path, removed);
      else removed();
      freed += bytes;
    } catch (error) {
      warnings.push(`${path} cannot be deleted: ${(error as Error).message}`);
    }
  }
  removeIfEmpty(folder);
  return freed;
}

function removeIfEmpty(folder: string): void {
  try {
    if (readdirSync(folder).length === 0) rmdirSync(folder);
  } catch {
    // Something came meanwhile, or it may not be removed: an empty folder takes no space.
  }
}
