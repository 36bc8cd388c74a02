/** Which reads a step works on. */
import { existsSync } from 'node:fs';
import { gtkError } from '../../errors.js';
import type { ReadFiles, Workspace } from '../workspace.js';
import type { ReadsInput, ReadsSource, TaskName } from './names.js';
import { isStale, readRecord } from './record.js';

export interface ChosenReads extends ReadFiles {
  source: ReadsSource;
}

const folders: Record<ReadsSource, string> = {
  raw: 'rawdata',
  umi: 'umi',
  cutadapt: 'cutPrimer',
  fastp: 'fastp',
};

/** What each step may read, the furthest product first. Mapping and what judges trimming want trimmed reads. */
const sources: Partial<Record<TaskName, readonly ReadsSource[]>> = {
  qc_before: ['raw'],
  umi: ['raw'],
  cutadapt: ['umi', 'raw'],
  fastp: ['cutadapt', 'umi', 'raw'],
  qc_after: ['fastp', 'cutadapt'],
  readlen: ['fastp', 'cutadapt'],
  read_mapping: ['fastp', 'cutadapt'],
};

/**
 * The reads that a task is to work on. `auto` is the furthest product that is whole and was made from what is
 * there now; another word demands that product, whatever it was made from.
 *
 * @returns undefined for a task that reads no reads
 * @throws GTK_STEP_INPUT if there are none
 */
export function chooseReads(
  workspace: Workspace,
  task: TaskName,
  wanted: ReadsInput,
): ChosenReads | undefined {
  const allowed = sources[task];
  if (!allowed) return undefined;
  const candidates = wanted === 'auto' ? allowed.filter((source) => isCurrent(workspace, source)) : [wanted];
  const source = candidates.find((candidate) => isWhole(workspace, candidate));
  if (source === undefined) {
    const missing = wanted === 'auto' ? allowed.at(-1)! : wanted;
    throw gtkError('GTK_STEP_INPUT', {
      step: task,
      missing: `${folders[missing]}/R1.fastq.gz`,
      maker: missing,
    });
  }
  return { source, ...workspace.reads(folders[source]) };
}

function isWhole(workspace: Workspace, source: ReadsSource): boolean {
  if (source !== 'raw') return readRecord(workspace, source) !== undefined;
  return existsSync(workspace.raw.r1) && existsSync(workspace.raw.r2);
}

/** Whether a product, and all that it was made from, is still made from what is there. */
function isCurrent(workspace: Workspace, source: ReadsSource): boolean {
  if (source === 'raw') return true;
  const record = readRecord(workspace, source);
  if (!record || isStale(workspace, record)) return false;
  return record.source === undefined || isCurrent(workspace, record.source);
}
