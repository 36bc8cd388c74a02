/**
 * The schema of the database, one migration after the other. What was released is never changed: a column that
 * configuration gains is added by a migration of its own.
 */
export const migrations: readonly string[] = [
  `
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  status TEXT NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'killed')),
  current_step TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  created_by TEXT,
  r1_sha256 TEXT,
  r2_sha256 TEXT,
  r1_bytes INTEGER,
  r2_bytes INTEGER,
  r1_seq TEXT,
  r1_error_rate REAL NOT NULL,
  r1_trim_leading_trailing INTEGER NOT NULL,
  r1_anchored INTEGER NOT NULL CHECK (r1_anchored IN (0, 1)),
  r1_min_overlap INTEGER NOT NULL,
  r1_pair_filter TEXT NOT NULL CHECK (r1_pair_filter IN ('both', 'any', 'first')),
  r1_minimum_length_of_read INTEGER NOT NULL,
  r2_seq TEXT,
  r2_error_rate REAL NOT NULL,
  r2_trim_leading_trailing INTEGER NOT NULL,
  r2_anchored INTEGER NOT NULL CHECK (r2_anchored IN (0, 1)),
  r2_min_overlap INTEGER NOT NULL,
  r2_pair_filter TEXT NOT NULL CHECK (r2_pair_filter IN ('both', 'any', 'first')),
  r2_minimum_length_of_read INTEGER NOT NULL,
  ltr_tail TEXT,
  trim_readthrough INTEGER NOT NULL CHECK (trim_readthrough IN (0, 1)),
  require_ltr INTEGER NOT NULL CHECK (require_ltr IN (0, 1)),
  genome TEXT,
  genome_tar_url TEXT,
  promoter_left INTEGER NOT NULL,
  promoter_right INTEGER NOT NULL,
  enhancer_left INTEGER NOT NULL,
  clip_filter TEXT NOT NULL CHECK (clip_filter IN ('five_prime', 'left')),
  vector_contig TEXT,
  qc_stage TEXT NOT NULL CHECK (qc_stage IN ('before', 'after', 'both')),
  umi_read TEXT CHECK (umi_read IN ('r1', 'r2')),
  umi_pattern TEXT,
  CHECK ((status = 'running') = (current_step IS NOT NULL))
) STRICT;
CREATE INDEX runs_created_at ON runs (created_at);
CREATE INDEX runs_created_by ON runs (created_by, created_at);
CREATE INDEX runs_status ON runs (status, created_at);
CREATE INDEX runs_genome ON runs (genome, created_at);
CREATE INDEX runs_updated_at ON runs (updated_at);

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step_name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'killed')),
  pgid INTEGER,
  pid_start TEXT,
  boot_id TEXT,
  created_at TEXT NOT NULL,
  started_at TEXT,
  completed_at TEXT,
  log_file TEXT,
  error_message TEXT,
  exit_code INTEGER,
  signal TEXT,
  input TEXT NOT NULL CHECK (input IN ('auto', 'raw', 'umi', 'cutadapt', 'fastp')),
  threads INTEGER,
  kill_reason TEXT,
  CHECK ((status IN ('pending', 'running')) = (completed_at IS NULL)),
  CHECK (status <> 'pending' OR started_at IS NULL),
  CHECK (status NOT IN ('running', 'completed') OR started_at IS NOT NULL)
) STRICT;
CREATE INDEX jobs_run ON jobs (run_id, id);
CREATE INDEX jobs_status ON jobs (status, id);
CREATE UNIQUE INDEX jobs_active ON jobs (run_id) WHERE status IN ('pending', 'running');

CREATE TABLE job_commands (
  job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  program TEXT NOT NULL,
  version TEXT,
  command_line TEXT NOT NULL,
  PRIMARY KEY (job_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_inputs (
  job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  modified_at TEXT NOT NULL,
  sha256 TEXT,
  PRIMARY KEY (job_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE chain_steps (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  step_name TEXT NOT NULL,
  input TEXT NOT NULL CHECK (input IN ('auto', 'raw', 'umi', 'cutadapt', 'fastp')),
  job_id INTEGER REFERENCES jobs (id) ON DELETE CASCADE,
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX chain_steps_job ON chain_steps (job_id);
`,
];
