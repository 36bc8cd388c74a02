/** What a server was started with. */
export type Mode = 'local' | 'team' | 'trial';

export interface Settings {
  mode: Mode;
  /** Absolute path: `runs/`, `reference/` (unless elsewhere), `tmp/` and `qslam.db` stand below. */
  dataDir: string;
  /** Absolute path of the registered genomes. */
  genomeDir: string;
  host: string;
  port: number;
  /** Absolute path of the tokens file; needed in `team` mode, and only there. */
  tokens?: string;
  /** Bytes that one uploaded file may have, as it is sent. */
  maxUpload: number;
  /** Steps that may run at once; others wait. */
  maxJobs: number;
  /** Threads of all steps together. */
  threads: number;
  /** Seconds that a step may take. */
  stepSeconds: number;
  /** Days after which finished runs go; undefined keeps them. */
  retentionDays?: number;
  /** Hosts from which genomes may be fetched; empty refuses all. */
  genomeHosts: readonly string[];
  /** Further names under which the server is reached, such as that of a proxy. */
  hostNames: readonly string[];
  /** After a restart, steps that still run are followed instead of ended. */
  adopt: boolean;
  /** At the end, steps that run are left to run. */
  leaveJobs: boolean;
}

/** What a mode bounds. */
export interface Limits {
  maxUpload: number;
  /** Runs that one client may have; undefined for no bound. */
  runsPerClient?: number;
  /** Steps that one client may have waiting or running at once. */
  jobsPerClient?: number;
  /** Hours after which runs go. */
  runHours?: number;
}

const TRIAL_UPLOAD = 200 * 2 ** 20;

/** The bounds of the settings' mode. */
export function limitsOf({ mode, maxUpload, retentionDays }: Settings): Limits {
  if (mode === 'trial') {
    return { maxUpload: Math.min(maxUpload, TRIAL_UPLOAD), runsPerClient: 3, jobsPerClient: 1, runHours: 24 };
  }
  return { maxUpload, ...(retentionDays !== undefined && { runHours: retentionDays * 24 }) };
}
