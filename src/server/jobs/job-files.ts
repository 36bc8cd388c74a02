/** Where the files of a job stand. Each try has its own, so that the log of none is ever written over. */
import path from 'node:path';
import type { Workspace } from '../../pcr/workspace.js';
import type { JobRow } from '../database/types.js';

export interface JobFiles {
  /** Absolute path of the log. */
  log: string;
  /** Absolute path of what tells how the step ended. */
  exit: string;
  /** The log's path from the run's folder. */
  logName: string;
}

export function jobFiles(
  workspace: Workspace,
  { step_name, id }: Pick<JobRow, 'step_name' | 'id'>,
): JobFiles {
  const logName = path.join('logs', `${step_name}.${id}.log`);
  const exit = workspace.resolve('logs', `${step_name}.${id}.exit`);
  return { log: workspace.resolve(logName), exit, logName };
}
