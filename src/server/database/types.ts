/** Rows of the database, and what can be asked of it. */
import type { RunConfig } from '../../pcr/config/columns.js';
import type { ReadsInput, TaskName } from '../../pcr/steps/names.js';

export type RunStatus = 'pending' | 'running' | 'completed' | 'failed' | 'killed';
export type JobStatus = RunStatus;

/** A run as it is stored; times are UTC, ISO 8601. */
export interface RunRow extends RunConfig {
  id: string;
  name: string;
  description: string | null;
  status: RunStatus;
  /** Step of the active job, or null. */
  current_step: JobName | null;
  created_at: string;
  updated_at: string;
  /** Name of the token's owner, or what the client said; in trial mode the client's address. */
  created_by: string | null;
  /** SHA-256 (hex) and bytes of the raw reads as they are stored, null until they are there. */
  r1_sha256: string | null;
  r2_sha256: string | null;
  r1_bytes: number | null;
  r2_bytes: number | null;
}

/** What a job does; `upload` is done by the server itself. */
export type JobName = 'upload' | TaskName;

/** One try of a step. */
export interface JobRow {
  id: number;
  run_id: string;
  step_name: JobName;
  status: JobStatus;
  pgid: number | null;
  /** Start time of the group's leader in clock ticks since boot, and which boot: a number alone names nobody. */
  pid_start: string | null;
  boot_id: string | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
  /** Relative to the run's folder. */
  log_file: string | null;
  error_message: string | null;
  exit_code: number | null;
  signal: string | null;
  /** The word that was asked for. */
  input: ReadsInput;
  threads: number | null;
  /** Why it is to be killed: set before anything is done about it, so that no restart forgets it. */
  kill_reason: string | null;
}

/** One program of a job, in the order in which they were started. */
export interface JobCommand {
  program: string;
  /** Null where it told none. */
  version: string | null;
  /** Quoted as for a shell, with paths relative to the run's folder. */
  command_line: string;
}

/** One file that a job read, as it was. */
export interface JobInput {
  /** Relative to the run's folder. */
  path: string;
  bytes: number;
  /** UTC, ISO 8601. */
  modified_at: string;
  /** Hex. */
  sha256: string | null;
}

/** A step that is to be done, with the reads it is to work on. */
export interface PlannedStep {
  task: TaskName;
  input: ReadsInput;
}

/** A step of a chain; without a job as long as its turn has not come. */
export interface ChainStep extends PlannedStep {
  job_id: number | null;
}

export interface NewRun {
  id: string;
  name: string;
  description: string | null;
  created_by: string | null;
  config: RunConfig;
}

/** Reads that were stored for a run. */
export interface StoredReads {
  r1_sha256: string;
  r2_sha256: string;
  r1_bytes: number;
  r2_bytes: number;
}

export interface RunQuery {
  created_by?: string;
  status?: RunStatus;
  genome?: string;
  limit: number;
  offset: number;
}

/** How a job ended. */
export interface JobEnd {
  status: 'completed' | 'failed' | 'killed';
  error_message?: string;
  exit_code?: number;
  signal?: string;
  commands?: readonly JobCommand[];
  inputs?: readonly JobInput[];
}

/** All statements of the server. Every method is one transaction. */
export interface Database {
  /** A run whose reads are stored has a completed `upload` job from its first moment. */
  insertRun(run: NewRun, reads: StoredReads | undefined, uploadStartedAt: string): void;
  /** Reads for a run that has none; false if it has. */
  addReads(runId: string, reads: StoredReads, uploadStartedAt: string): boolean;
  run(id: string): RunRow | undefined;
  /** Newest first, and how many there are in all. */
  runs(query: RunQuery): { runs: RunRow[]; total: number };
  countRunsOf(createdBy: string): number;
  /** False while the run has an active job. */
  updateRun(id: string, values: Partial<RunConfig> & { name?: string; description?: string | null }): boolean;
  /** The raw reads are gone: others may be added. */
  forgetReads(id: string): void;
  /** The run with all its jobs; false, and nothing done, while it has an active one. */
  deleteRun(id: string): boolean;
  /** Runs that were last changed before a time (UTC, ISO 8601) and have no active job. */
  runsOlderThan(time: string): RunRow[];

  /**
   * A pending job, and what is to be done after it; undefined if the run has an active job or is not there. That is
   * a rule of the database, so no two can win.
   */
  insertJob(runId: string, step: PlannedStep, later?: readonly PlannedStep[]): JobRow | undefined;
  /** pending -> running; false if it is not pending any more. */
  startJob(
    id: number,
    start: { pgid: number; pid_start: string; boot_id: string; log_file: string; threads: number },
  ): boolean;
  /** Notes that an active job is to be killed; the first reason stays. */
  requestKill(id: number, reason: string): void;
  /**
   * pending or running -> ended, and the run's state with it; false if it had ended: final states never change.
   * Completed in a chain, it is followed by the job of the next step at the same moment; any other end ends the chain.
   */
  endJob(id: number, end: JobEnd): boolean;
  job(id: number): JobRow | undefined;
  /** Oldest first. */
  jobsOf(runId: string): JobRow[];
  commandsOf(jobId: number): JobCommand[];
  inputsOf(jobId: number): JobInput[];
  latestJob(runId: string, steps: readonly JobName[]): JobRow | undefined;
  activeJob(runId: string): JobRow | undefined;
  /** Pending and running, oldest first. */
  activeJobs(): JobRow[];
  countActiveJobsOf(createdBy: string): number;
  /** All steps of the chain that the run is in, in order; empty if it is in none. */
  chainOf(runId: string): ChainStep[];
  /** Ended jobs that ended before a time, save each run's latest of a step; removed and returned. */
  removeJobsBefore(time: string): JobRow[];

  /** Numbers of runs by state, and of running and waiting jobs. */
  counts(): { runs: Record<RunStatus, number>; total: number; running: number; pending: number };
  close(): void;
}
