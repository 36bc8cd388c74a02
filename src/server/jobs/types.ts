/** Jobs of runs: waiting, running, ended. */
import type { EventEmitter } from 'node:events';
import type { ReadsInput, StepName, TaskName } from '../../pcr/steps/names.js';
import type { JobRow } from '../database/types.js';

/** One step as it was asked for. */
export interface PlannedStep {
  task: TaskName;
  input: ReadsInput;
}

/** Chain of a run that the server works through. */
export interface PipelineState {
  steps: StepName[];
  /** Tasks that have no job yet. */
  left: TaskName[];
}

/** `job` whenever a job changed its state, with its row; `run` with the id of a run that changed otherwise. */
export interface JobEvents {
  job: [JobRow];
  run: [string];
}

export interface Jobs {
  readonly events: EventEmitter<JobEvents>;
  /**
   * Makes the first of the tasks a job, and the others when their turn comes; a failure or a kill ends the chain.
   * It starts at once if a slot is free, else it waits.
   *
   * @throws HttpProblem `busy` (409), `not_configured`, `input_missing` (409), `tool_missing` (503), `no_genome` (409)
   */
  start(runId: string, tasks: readonly PlannedStep[]): Promise<JobRow>;
  /** Chains that are under way. */
  pipeline(runId: string): PipelineState | undefined;
  /** Ends a job and everything that it started; resolves when its group is empty and its state is written. */
  kill(jobId: number, reason: string): Promise<JobRow>;
  /** Kills the active job of a run, if any. */
  killRun(runId: string, reason: string): Promise<JobRow | undefined>;
  /** Takes no new jobs, ends (or leaves) those that run; resolves when all states are written. */
  close(): Promise<void>;
}
