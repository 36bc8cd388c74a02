/** Jobs of runs: waiting, running, ended. */
import type { EventEmitter } from 'node:events';
import type { StepName, TaskName } from '../../pcr/steps/names.js';
import type { JobRow, PlannedStep } from '../database/types.js';

export type { PlannedStep };

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
   * Makes the first of the tasks a job, and the others when their turn comes; a failure or a kill ends the chain,
   * a restart does not. It starts at once if a slot is free, else it waits.
   *
   * @throws HttpProblem `not_found`, `busy`, `not_configured`, `input_missing`, `no_genome`, `tool_missing`,
   *   `quota` (the client has too many active jobs), `shutting_down`
   */
  start(runId: string, tasks: readonly PlannedStep[]): Promise<JobRow>;
  /** The chain of more than one task that a run is in. */
  pipeline(runId: string): PipelineState | undefined;
  /**
   * Ends a job and everything that it started; resolves when its group is empty and its state is written.
   *
   * @param reason a clause for its `error_message`, `killed: REASON`, such as `asked for by NAME`
   * @throws HttpProblem `not_found`, `finished`
   */
  kill(jobId: number, reason: string): Promise<JobRow>;
  /** Kills the active job of a run, if any. */
  killRun(runId: string, reason: string): Promise<JobRow | undefined>;
  /** Takes no new jobs, ends (or leaves) those that run; resolves when all states are written. */
  close(): Promise<void>;
}
