/** Deletes the reads of a run once its result stands: only in the run's own folder, never through a link. */
import { lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bytesBelow } from '../../tools/watch.js';
import type { Layout } from '../layout.js';
import type { Sample } from '../sample.js';
import { isOfRun, temporaryFolders } from './file-names.js';
import { markRemoved } from './mark-removed.js';

/** What {@link deleteReads} did. */
export interface Deletion {
  /** Bytes that are free now; those of links are somebody else's. */
  freed: number;
  /** What could not be deleted, and why. */
  warnings: string[];
}

/**
 * Deletes FASTQ, archive and temporary folders of a run, in that order. A link is deleted, what it leads to never.
 *
 * @param folder absolute; one of those in which the run's reads may lie
 */
export function deleteReads(layout: Layout, { run }: Pick<Sample, 'run'>, folder: string): Deletion {
  const deletion: Deletion = { freed: 0, warnings: [] };
  const trouble = troubleWith(layout, run, folder);
  if (trouble === 'absent') return deletion;
  if (trouble !== undefined) {
    deletion.warnings.push(`${folder} was left alone: ${trouble}`);
    return deletion;
  }
  for (const name of inOrder(readdirSync(folder), run)) {
    const file = path.join(folder, name);
    try {
      deletion.freed += remove(file, isFastq(name), temporaryFolders(run).includes(name));
    } catch (error) {
      deletion.warnings.push(`${file} could not be deleted: ${(error as Error).message}`);
    }
  }
  return deletion;
}

/** Why nothing may be deleted in a folder; undefined if it is the run's own. */
function troubleWith({ out }: Layout, run: string, folder: string): string | undefined {
  const within = path.relative(out, folder);
  if (within.startsWith('..') || path.isAbsolute(within)) return `it is not in ${out}`;
  if (path.basename(folder) !== run || path.dirname(within) === '.') return `it is not a folder of ${run}`;
  try {
    if (!lstatSync(folder).isDirectory()) return 'it is no folder of its own';
    if (realpathSync(folder) !== path.join(realpathSync(out), within)) return 'a link leads there';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'absent' : message;
  }
  return undefined;
}

const isFastq = (name: string) => /\.fastq(\.gz)?$/.test(name);
const isArchive = (name: string) => /\.sra(lite)?$/.test(name);
/** What is left of downloads and of files that were being written. */
const isUnfinished = (name: string) => /\.(fastq(\.gz)?|sra(lite)?)\.(part|part\.json|aria2|tmp)$/.test(name);

function inOrder(names: readonly string[], run: string): string[] {
  const own = names.filter((name) => isOfRun(name, run)).sort();
  const temporary = temporaryFolders(run).filter((name) => names.includes(name));
  return [...own.filter(isFastq), ...own.filter(isArchive), ...own.filter(isUnfinished), ...temporary];
}

/** Deletes a file, a link, or a folder if it is a temporary one; returns the bytes that are free now. */
function remove(file: string, isMarked: boolean, isTemporary: boolean): number {
  const stat = lstatSync(file);
  const bytes = stat.isDirectory() ? bytesBelow(file) : stat.isFile() && stat.nlink === 1 ? stat.size : 0;
  if (stat.isDirectory() && !isTemporary) throw new Error('it is a folder, expected a file');
  const removed = () => rmSync(file, { recursive: isTemporary });
  if (isMarked) markRemoved(file, removed);
  else removed();
  return bytes;
}
