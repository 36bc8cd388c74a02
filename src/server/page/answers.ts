/** What the server answers, as far as the page reads it. */
import type { ReadsSource, TaskName } from '../../pcr/steps/names.js';
import type { JobName, JobStatus, RunRow, RunStatus } from '../database/types.js';

/** A run in lists, and on its own. */
export type RunSummary = RunRow;

export interface RunList {
  runs: RunSummary[];
  total: number;
}

export interface HistoryEntry {
  job_id: number;
  step_name: JobName;
  status: JobStatus;
  started_at: string | null;
  completed_at: string | null;
  error_message: string | null;
}

/** What a step left that stands now. */
export interface Product {
  step_name: TaskName;
  source: ReadsSource | null;
  stale: boolean;
  completed_at: string;
}

export interface RunState {
  run_id: string;
  status: RunStatus;
  current_step: JobName | null;
  /** Oldest first. */
  step_history: HistoryEntry[];
  products: Product[];
  pipeline: { left: TaskName[] } | null;
}

export interface SystemInfo {
  version: string;
  deployment_mode: 'local' | 'team' | 'trial';
  tools: Record<string, string | null>;
  limits: {
    max_upload: number;
    runs_per_client: number | null;
    jobs_per_client: number | null;
    run_hours: number | null;
    max_jobs: number;
    threads: number;
    step_seconds: number;
  };
  banner: string | null;
}

export interface SystemStatus {
  active_jobs: number;
  queued_jobs: number;
  total_runs: number;
  run_stats: Record<RunStatus, number>;
  disk_usage: number;
  disk_free: number;
  server_uptime: number;
}

export interface Genome {
  name: string;
  registered: boolean;
  contigs: number | null;
  bases: number | null;
  genes: number | null;
  known_sites: number | null;
  aligner: string | null;
}

export interface StoredFile {
  name: string;
  path: string;
  size: number;
  modified: string;
}
