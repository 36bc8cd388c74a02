/**
 * What a step left beside its outputs, `step.json`: from what and how they were made. It stands if and only if they
 * are whole, and is all there is to know about whether a step was done.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RunConfig } from '../config/columns.js';
import type { Workspace } from '../workspace.js';
import { type ReadsSource, type TaskName, taskFolders } from './names.js';

/** A file as a step read or wrote it. */
export interface FileState {
  /** Relative to the workspace. */
  path: string;
  bytes: number;
  mtimeMs: number;
  /** Hex; in what a step read, raw reads apart. */
  sha256?: string;
}

export interface StepRecord {
  task: TaskName;
  /** Where its reads came from, for steps that read reads. */
  source?: ReadsSource;
  /** What it read, as it was. */
  inputs: FileState[];
  /** Command lines of all programs, in order, with paths relative to the workspace where they are inside. */
  argv: string[][];
  /** Versions of these programs by name. */
  toolVersions: Record<string, string>;
  threads: number;
  config: RunConfig;
  /** UTC, ISO 8601. */
  startedAt: string;
  completedAt: string;
  /** What the step counted; its own shape for every step. */
  summary: unknown;
}

/** What a step did, as far as it came. */
export type StepAccount = Pick<StepRecord, 'inputs' | 'argv' | 'toolVersions'>;

export const RECORD = 'step.json';

/** Path of a task's record. */
export function recordFile(workspace: Workspace, task: TaskName): string {
  return workspace.resolve(taskFolders[task].at(-1)!, RECORD);
}

/** The record of a task whose outputs are whole, or undefined. */
export function readRecord(workspace: Workspace, task: TaskName): StepRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(workspace, task), 'utf8')) as StepRecord;
  } catch {
    return undefined;
  }
}

/** A file of the workspace as it is now. Throws what stat(2) says. */
export function fileState(workspace: Workspace, file: string): FileState {
  const { size, mtimeMs } = statSync(file);
  return { path: path.relative(workspace.root, file), bytes: size, mtimeMs };
}

/** Whether what a step read was made anew since. */
export function isStale(workspace: Workspace, record: StepRecord): boolean {
  return record.inputs.some((input) => {
    const now = statSync(workspace.resolve(input.path), { throwIfNoEntry: false });
    return now?.size !== input.bytes || now.mtimeMs !== input.mtimeMs;
  });
}
