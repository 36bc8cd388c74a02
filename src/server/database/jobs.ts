/** Statements about jobs: each change of a job's state changes its run's in the same transaction. */
import Sqlite from 'better-sqlite3';
import { auditStatements } from './audit.js';
import type { Connection } from './connect.js';
import type { ChainStep, Database, JobEnd, JobName, JobRow, PlannedStep } from './types.js';

type JobStatements = Pick<
  Database,
  | 'insertJob'
  | 'startJob'
  | 'requestKill'
  | 'endJob'
  | 'job'
  | 'jobsOf'
  | 'commandsOf'
  | 'inputsOf'
  | 'latestJob'
  | 'activeJob'
  | 'activeJobs'
  | 'countActiveJobsOf'
  | 'chainOf'
  | 'removeJobsBefore'
>;

/** Written as in the index of active jobs, or it would not be used. */
const active = `status IN ('pending', 'running')`;

const now = () => new Date().toISOString();

export function jobStatements(db: Connection): JobStatements {
  const { writeAudit, commandsOf, inputsOf } = auditStatements(db);
  const insert = db.prepare<[object], JobRow>(
    `INSERT INTO jobs (run_id, step_name, input, created_at)
     SELECT id, @task, @input, @now FROM runs WHERE id = @run RETURNING *`,
  );
  const runRuns = db.prepare(
    `UPDATE runs SET status = 'running', current_step = @step, updated_at = @now WHERE id = @run`,
  );
  const runEnds = db.prepare(
    'UPDATE runs SET status = @status, current_step = NULL, updated_at = @now WHERE id = @run',
  );
  const start = db.prepare<[object], JobRow>(
    `UPDATE jobs SET status = 'running', pgid = @pgid, pid_start = @pid_start, boot_id = @boot_id,
       log_file = @log_file, threads = @threads, started_at = @now
     WHERE id = @id AND status = 'pending' RETURNING *`,
  );
  const request = db.prepare(
    `UPDATE jobs SET kill_reason = coalesce(kill_reason, @reason) WHERE id = @id AND ${active}`,
  );
  // Nothing is completed that never ran.
  const end = db.prepare<[object], JobRow>(
    `UPDATE jobs SET status = @status, error_message = @error, exit_code = @code, signal = @signal, completed_at = @now
     WHERE id = @id AND ${active} AND (status = 'running' OR @status <> 'completed') RETURNING *`,
  );
  const one = db.prepare<[number], JobRow>('SELECT * FROM jobs WHERE id = ?');
  const ofRun = db.prepare<[string], JobRow>('SELECT * FROM jobs WHERE run_id = ? ORDER BY id');
  const latest = db.prepare<[string, string], JobRow>(
    `SELECT * FROM jobs WHERE run_id = ? AND step_name IN (SELECT value FROM json_each(?))
     ORDER BY id DESC LIMIT 1`,
  );
  const activeOf = db.prepare<[string], JobRow>(`SELECT * FROM jobs WHERE run_id = ? AND ${active}`);
  const allActive = db.prepare<[], JobRow>(`SELECT * FROM jobs WHERE ${active} ORDER BY id`);
  const countActive = db
    .prepare<[string], number>(
      `SELECT count(*) FROM jobs JOIN runs ON runs.id = run_id WHERE jobs.${active} AND created_by = ?`,
    )
    .pluck();
  const removeOld = db.prepare<[string], JobRow>(
    `DELETE FROM jobs WHERE completed_at < ?
       AND EXISTS (SELECT 1 FROM jobs AS later
         WHERE later.run_id = jobs.run_id AND later.step_name = jobs.step_name AND later.id > jobs.id)
     RETURNING *`,
  );
  const chain = db.prepare<[string], ChainStep>(
    'SELECT step_name AS task, input, job_id FROM chain_steps WHERE run_id = ? ORDER BY position',
  );
  const addToChain = db.prepare(
    `INSERT INTO chain_steps (run_id, position, step_name, input, job_id)
     VALUES (@run, @position, @task, @input, @job)`,
  );
  const turnOf = db.prepare(
    'UPDATE chain_steps SET job_id = @job WHERE run_id = @run AND position = @position',
  );
  const endChain = db.prepare('DELETE FROM chain_steps WHERE run_id = ?');

  const make = (run: string, { task, input }: PlannedStep): JobRow | undefined => {
    const job = insert.get({ run, task, input, now: now() });
    if (job) runRuns.run({ run, step: task, now: now() });
    return job;
  };

  const insertJob = db.transaction((run: string, step: PlannedStep, later: readonly PlannedStep[] = []) => {
    const job = make(run, step);
    if (!job || later.length === 0) return job;
    [step, ...later].forEach(({ task, input }, position) => {
      addToChain.run({ run, position, task, input, job: position === 0 ? job.id : null });
    });
    return job;
  });

  const endJob = db.transaction((id: number, { status, ...rest }: JobEnd) => {
    const { error_message: error = null, exit_code: code = null, signal = null } = rest;
    const job = end.get({ id, status, error, code, signal, now: now() });
    if (!job) return false;
    writeAudit(id, rest);
    runEnds.run({ run: job.run_id, status, now: now() });
    const steps = chain.all(job.run_id);
    const position = steps.findIndex(({ job_id }) => job_id === null);
    if (status === 'completed' && position >= 0) {
      const next = make(job.run_id, steps[position]!)!;
      turnOf.run({ run: job.run_id, position, job: next.id });
    } else endChain.run(job.run_id);
    return true;
  });

  return {
    insertJob(runId, step, later) {
      try {
        return insertJob.immediate(runId, step, later);
      } catch (error) {
        if (error instanceof Sqlite.SqliteError && error.code === 'SQLITE_CONSTRAINT_UNIQUE')
          return undefined;
        throw error;
      }
    },
    startJob: db.transaction((id, started) => {
      const job = start.get({ ...started, id, now: now() });
      if (job) runRuns.run({ run: job.run_id, step: job.step_name, now: now() });
      return job !== undefined;
    }).immediate as Database['startJob'],
    requestKill: (id, reason) => void request.run({ id, reason }),
    endJob: (id, how) => endJob.immediate(id, how),
    job: (id) => one.get(id),
    jobsOf: (runId) => ofRun.all(runId),
    commandsOf,
    inputsOf,
    latestJob: (runId, steps: readonly JobName[]) => latest.get(runId, JSON.stringify(steps)),
    activeJob: (runId) => activeOf.get(runId),
    activeJobs: () => allActive.all(),
    countActiveJobsOf: (createdBy) => countActive.get(createdBy)!,
    chainOf: (runId) => chain.all(runId),
    removeJobsBefore: (time) => removeOld.all(time),
  };
}
