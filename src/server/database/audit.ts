/** Statements about what jobs were made with: the programs that they called, and the files that they read. */
import type { Connection } from './connect.js';
import type { JobCommand, JobEnd, JobInput } from './types.js';

interface AuditStatements {
  writeAudit(jobId: number, end: Pick<JobEnd, 'commands' | 'inputs'>): void;
  commandsOf(jobId: number): JobCommand[];
  inputsOf(jobId: number): JobInput[];
}

export function auditStatements(db: Connection): AuditStatements {
  const addCommand = db.prepare(
    `INSERT INTO job_commands (job_id, position, program, version, command_line)
     VALUES (@job, @position, @program, @version, @command_line)`,
  );
  const addInput = db.prepare(
    `INSERT OR IGNORE INTO job_inputs (job_id, path, bytes, modified_at, sha256)
     VALUES (@job, @path, @bytes, @modified_at, @sha256)`,
  );
  const commands = db.prepare<[number], JobCommand>(
    'SELECT program, version, command_line FROM job_commands WHERE job_id = ? ORDER BY position',
  );
  const inputs = db.prepare<[number], JobInput>(
    'SELECT path, bytes, modified_at, sha256 FROM job_inputs WHERE job_id = ? ORDER BY path',
  );
  return {
    writeAudit(job, end) {
      end.commands?.forEach((command, position) => {
        addCommand.run({ ...command, job, position });
      });
      for (const input of end.inputs ?? []) addInput.run({ ...input, job });
    },
    commandsOf: (jobId) => commands.all(jobId),
    inputsOf: (jobId) => inputs.all(jobId),
  };
}
