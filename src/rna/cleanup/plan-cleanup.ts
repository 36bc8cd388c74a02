/** Which reads may be deleted to make space. Reads the disk, changes nothing. */
import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { Layout } from '../layout.js';
import { findResult } from '../quant/result.js';
import { findReads } from '../reads/find-reads.js';
import type { Sample } from '../sample.js';
import type { JournalState } from '../status/journal-state.js';
import { anyAge } from '../status/species-status.js';
import { changeOf, lookInto, type ReadsFile } from './own-files.js';

/** Why reads may go: their run is done, failed or excluded, or they are an unfinished download. In that order. */
export const deletionReasons = ['done', 'failed', 'excluded', 'partial'] as const;

/** Why reads stay. */
export type KeptReason =
  | 'in flight'
  | 'changed lately'
  | 'complete'
  | 'keep-fastq'
  | 'private'
  | 'not in the metadata'
  | 'not by gtk';

/** Reads of one run. */
export interface ReadsOfRun {
  run: string;
  folder: string;
  /** Those that gtk put there. */
  files: ReadsFile[];
  bytes: number;
  /** Last change of anything in the folder, in milliseconds since 1970. */
  changed: number;
}

/** Reads that may be deleted. */
export interface Deletion extends ReadsOfRun {
  why: (typeof deletionReasons)[number];
}

/** Reads that must stay. */
export interface Kept extends ReadsOfRun {
  keptFor: KeptReason;
}

export interface CleanupView {
  layout: Layout;
  /** All rows of the metadata. */
  samples: readonly Sample[];
  state: JournalState;
  /** Runs that are queued or worked on. */
  inFlight: Pick<ReadonlySet<string>, 'has'>;
  /** In milliseconds since 1970. */
  now: number;
  /** Folders that changed within so many milliseconds are left alone; default ten minutes. */
  idleMs?: number;
  /** Reads of runs that are done were left on purpose. */
  keepsReads?: boolean;
}

const IDLE_MS = 10 * 60_000;

/** What may be deleted: first of runs that are done, then of failed ones, then the oldest unfinished. */
export function planCleanup(view: CleanupView): Deletion[] {
  return judgeReads(view).deletions;
}

/** All reads that gtk has on the disk: what may be deleted, in that order, and what must stay. */
export function judgeReads(view: CleanupView): { deletions: Deletion[]; kept: Kept[] } {
  const { layout, state, samples } = view;
  const ofRun = new Map<string, Sample | undefined>();
  for (const { run } of state.files.values()) ofRun.set(run, undefined);
  for (const run of state.runs.keys()) ofRun.set(run, undefined);
  for (const sample of samples) ofRun.set(sample.run, sample);
  const deletions: Deletion[] = [];
  const kept: Kept[] = [];
  for (const [run, sample] of ofRun) {
    const found = lookInto(layout, run, state.files);
    if (!found) continue;
    const { folder, own: files, changed } = found;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const reads = { run, folder, files, bytes, changed };
    const verdict = judge(run, sample, reads, view);
    if ('why' in verdict) deletions.push({ ...reads, ...verdict });
    else kept.push({ ...reads, ...verdict });
  }
  const place = ({ why }: Deletion) => deletionReasons.indexOf(why);
  deletions.sort((a, b) => place(a) - place(b) || a.changed - b.changed || (a.run < b.run ? -1 : 1));
  return { deletions, kept };
}

function judge(
  run: string,
  sample: Sample | undefined,
  { folder, files, changed }: ReadsOfRun,
  { layout, state, inFlight, now, idleMs = IDLE_MS, keepsReads = false }: CleanupView,
): Pick<Deletion, 'why'> | Pick<Kept, 'keptFor'> {
  if (sample?.privateFiles) return { keptFor: 'private' };
  if (files.length === 0) return { keptFor: 'not by gtk' };
  if (inFlight.has(run)) return { keptFor: 'in flight' };
  if (Math.max(changed, clientLock(layout, run)) > now - idleMs) return { keptFor: 'changed lately' };
  const record = state.runs.get(run)?.record;
  if (findResult(layout, run, state.valid) !== undefined) {
    // Work that came to its end without deleting anything was told not to.
    const isKept = keepsReads || (record?.state === 'done' && record.bytesFreed === 0);
    return isKept ? { keptFor: 'keep-fastq' } : { why: 'done' };
  }
  if (record?.state === 'failed') return { why: 'failed' };
  // Several tables may share one OUT: the run may be another's.
  if (!sample) return { keptFor: 'not in the metadata' };
  if (sample.excluded !== undefined) return { why: 'excluded' };
  const found = findReads(layout, sample, anyAge(state));
  const isComplete = (found.kind === 'fastq' || found.kind === 'sra') && found.folder === folder;
  return isComplete ? { keptFor: 'complete' } : { why: 'partial' };
}

/** When the amalgkit client last took the run's lock, which it leaves behind; 0 if it never did. */
function clientLock(layout: Layout, run: string): number {
  const file = path.join(path.dirname(layout.quantFolder(run)), `.${run}.lock`);
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat ? changeOf(stat) : 0;
}
