/** Rows of the database, and what can be asked of it. */
import type { RunConfig } from '../../pcr/config/columns.js';
import type { TaskName } from '../../pcr/steps/names.js';

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
  /** The word that was asked for: auto, raw, umi, cutadapt, fastp. */
  input: string;
  threads: number | null;
  /** The rest is JSON text for the audit: command lines, files read with size and time, versions of programs. */
  argv: string | null;
  inputs: string | null;
  tool_versions: string | null;
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
  argv?: string;
  inputs?: string;
  tool_versions?: string;
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
  deleteRun(id: string): void;
  /** Runs that were last changed before a time (UTC, ISO 8601) and have no active job. */
  runsOlderThan(time: string): RunRow[];

  /** A pending job, or undefined if the run has an active one: a rule of the database, so no two can win. */
  insertJob(runId: string, step: TaskName, input: string): JobRow | undefined;
  /** pending -> running; false if it is not pending any more. */
  startJob(
    id: number,
    start: { pgid: number; pid_start: string; boot_id: string; log_file: string; threads: number },
  ): boolean;
  /** pending or running -> ended, and the run's state with it; false if it had ended: final states never change. */
  endJob(id: number, end: JobEnd): boolean;
  job(id: number): JobRow | undefined;
  /** Oldest first. */
  jobsOf(runId: string): JobRow[];
  latestJob(runId: string, steps: readonly JobName[]): JobRow | undefined;
  activeJob(runId: string): JobRow | undefined;
  /** Pending and running, oldest first. */
  activeJobs(): JobRow[];
  countActiveJobsOf(createdBy: string): number;
  /** Ended jobs that completed before a time, save each run's latest of a step; removed and returned. */
  removeJobsBefore(time: string): JobRow[];

  /** Numbers of runs by state, and of active and waiting jobs. */
  counts(): { runs: Record<RunStatus, number>; total: number; running: number; pending: number };
  close(): void;
}
