/** Rows of the database as clients see them. */
import type { Database, JobRow } from './database/types.js';

/** A job without what is only for this machine. */
export function jobView(job: JobRow) {
  return {
    job_id: job.id,
    step_name: job.step_name,
    status: job.status,
    input: job.input,
    created_at: job.created_at,
    started_at: job.started_at,
    completed_at: job.completed_at,
    error_message: job.error_message,
    exit_code: job.exit_code,
    signal: job.signal,
  };
}

/** The same with what it did: its command lines with the versions of the programs, and the files that it read. */
export function jobDetail(database: Database, job: JobRow) {
  return {
    ...jobView(job),
    threads: job.threads,
    log_file: job.log_file,
    commands: database.commandsOf(job.id),
    inputs: database.inputsOf(job.id),
  };
}
