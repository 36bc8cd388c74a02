/** How a job ended, as it is written down. */
import { type ExitRecord, readExitRecord } from '../../pcr/steps/exit-record.js';
import type { StepAccount } from '../../pcr/steps/record.js';
import type { JobCommand, JobEnd, JobInput, RunRow } from '../database/types.js';
import type { Settings } from '../settings.js';
import type { JobFiles } from './job-files.js';
import type { Exit } from './launch.js';
import { logTail } from './log-tail.js';
import { publicText } from './public-text.js';

/** What is known about the end of a job's process. */
export interface ProcessEnd extends Partial<Exit> {
  /** Why the server ended it, or had lost sight of it; a clause. */
  reason?: string;
}

export interface Ending {
  settings: Pick<Settings, 'dataDir' | 'genomeDir'>;
  run: Pick<RunRow, 'r1_sha256' | 'r2_sha256'>;
  files: JobFiles;
  /** Why it was to be killed, if it was. */
  killReason: string | null;
  end: ProcessEnd;
}

/**
 * A kill that was asked for stands, whatever the process came to meanwhile. Else what the step itself wrote down
 * counts; a process that left nothing has failed, whatever its exit status.
 */
export function outcome({ settings, run, files, killReason, end }: Ending): JobEnd {
  const record = readExitRecord(files.exit);
  const given = {
    ...(typeof end.code === 'number' && { exit_code: end.code }),
    ...(end.signal && { signal: end.signal }),
  };
  const clean = (text: string) => publicText(text, settings);
  if (killReason !== null) return { status: 'killed', error_message: `killed: ${killReason}`, ...given };
  if (record && 'record' in record) {
    return { status: 'completed', exit_code: 0, ...audit(record.record, run, clean) };
  }
  const error_message = [...new Set([headline(record, end), ...logTail(files.log)].map(clean))].join('\n');
  const account = record?.account && audit(record.account, run, clean);
  const status = record && { exit_code: record.error.exitStatus };
  return { status: 'failed', error_message, ...status, ...given, ...account };
}

function headline(record: Extract<ExitRecord, { error: object }> | undefined, end: ProcessEnd): string {
  if (end.reason) return end.reason;
  if (record) return record.error.message;
  return end.signal ? `killed by signal ${end.signal}` : `exited with code ${end.code ?? 'unknown'}`;
}

function audit(
  account: StepAccount,
  run: Ending['run'],
  clean: (text: string) => string,
): { commands: JobCommand[]; inputs: JobInput[] } {
  const raw: Record<string, string | null> = {
    'rawdata/R1.fastq.gz': run.r1_sha256,
    'rawdata/R2.fastq.gz': run.r2_sha256,
  };
  return {
    commands: account.argv.map((argv) => ({
      program: argv[0]!,
      version: account.toolVersions[argv[0]!] ?? null,
      command_line: argv.map((arg) => quote(clean(arg))).join(' '),
    })),
    inputs: account.inputs.map(({ path, bytes, mtimeMs, sha256 }) => ({
      path,
      bytes,
      modified_at: new Date(mtimeMs).toISOString(),
      sha256: sha256 ?? raw[path] ?? null,
    })),
  };
}

/** As people would type it. */
function quote(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
}
