/** Files of reads that gtk itself put into a run's folder, and nothing else that lies there. */
import { lstatSync, readdirSync, readFileSync, realpathSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { Layout } from '../layout.js';
import { temporaryFolders } from '../reads/file-names.js';
import { prefetchScratch } from '../sources/fetch-prefetch.js';
import type { OwnFile } from '../status/journal-state.js';

/** What may be deleted, as it was when it was looked at. */
export interface ReadsFile {
  /** Absolute; a regular file, or a folder in which gtk unpacks or filters, no link. */
  path: string;
  bytes: number;
  /** Last change of content or name, in milliseconds since 1970. */
  changed: number;
}

/** What is in a run's folder. */
export interface RunFolder {
  folder: string;
  own: ReadsFile[];
  /** Last change of anything there, in milliseconds since 1970. */
  changed: number;
}

/** Clocks of file servers differ from that of the machine by some seconds. */
const CLOCK_SLACK_MS = 60_000;

const isReads = (name: string) => /\.(fastq|fq)(\.gz)?$|\.sra(lite)?$/.test(name);

/**
 * Looks into the folder in which gtk puts the reads of a run; undefined if there are none. A folder that is a
 * link, or below one, is none: it is of somebody who may have other plans with it.
 */
export function lookInto(
  layout: Layout,
  run: string,
  files: ReadonlyMap<string, OwnFile>,
): RunFolder | undefined {
  const folder = layout.runFolder(run);
  if (!isOwnFolder(layout, run)) return undefined;
  const names = readdirSync(folder);
  const scratch = [
    ...temporaryFolders(run).map((name) => path.join(folder, name)),
    prefetchScratch(folder, run),
  ];
  const own: ReadsFile[] = [];
  let changed = changeOf(lstatSync(folder));
  for (const name of names) {
    const file = path.join(folder, name);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (!stat) continue;
    const isTemporary = stat.isDirectory() && scratch.includes(file);
    const found = { path: file, bytes: stat.size, changed: changeOf(stat), ...(isTemporary && below(file)) };
    changed = Math.max(changed, found.changed);
    const isOwn = stat.isFile() && (isPart(file, names) || isRecorded(file, stat, run, files));
    if (isTemporary || isOwn) own.push(found);
  }
  // Folders of finished runs mostly hold no more than marks of what was deleted.
  const isEmpty = own.length === 0 && !names.some((name) => isReads(name.replace(/\.part$/, '')));
  return isEmpty ? undefined : { folder, own, changed };
}

/** Bytes and last change of a folder with all that is in it; links are not followed. */
export function below(folder: string): Pick<ReadsFile, 'bytes' | 'changed'> {
  let changed = changeOf(lstatSync(folder));
  let bytes = 0;
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (!stat) continue;
    const found = stat.isDirectory() ? below(file) : { bytes: stat.size, changed: changeOf(stat) };
    if (!stat.isSymbolicLink()) bytes += found.bytes;
    changed = Math.max(changed, found.changed);
  }
  return { bytes, changed };
}

/** Whether the run's folder really is where the layout has it. */
export function isOwnFolder(layout: Layout, run: string): boolean {
  const { out } = layout;
  const folder = layout.runFolder(run);
  // The name of a run may come from a journal that somebody else wrote.
  if (path.basename(folder) !== run) return false;
  try {
    return realpathSync(folder) === path.join(realpathSync(out), path.relative(out, folder));
  } catch {
    return false;
  }
}

/** Last change of content, or of name, links and owner. */
export function changeOf({ mtimeMs, ctimeMs }: Stats): number {
  return Math.max(mtimeMs, ctimeMs);
}

/** A download on its way, or the note beside it that says of what. */
function isPart(file: string, names: readonly string[]): boolean {
  if (file.endsWith('.part')) return names.includes(`${path.basename(file)}.json`) && isNote(`${file}.json`);
  return file.endsWith('.part.json') && isNote(file);
}

function isNote(file: string): boolean {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  try {
    const note = JSON.parse(readFileSync(file, 'utf8')) as { address?: unknown };
    return /^[0-9a-f]{64}$/.test(String(note.address));
  } catch {
    return false;
  }
}

/** Whether the journal has the file as it stands: somebody else may have put another in its place. */
function isRecorded(file: string, stat: Stats, run: string, files: ReadonlyMap<string, OwnFile>): boolean {
  const known = files.get(file);
  return (
    known?.run === run &&
    isReads(file) &&
    known.bytes === stat.size &&
    stat.mtimeMs <= known.at + CLOCK_SLACK_MS
  );
}
