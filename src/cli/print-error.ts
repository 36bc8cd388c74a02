/** An error as the user sees it: one sentence and one remedy. */
import { type ErrorRecord, ExitStatus, toErrorRecord } from '../errors.js';

/** The error in two lines, with the stack where it is asked for. */
export function errorText(record: ErrorRecord, stack?: string): string {
  return `gtk: ${record.message}\n     ${record.remedy}\n${stack ? `${stack}\n` : ''}`;
}

/** Prints the error to standard error (and, with `--json`, to standard output); returns the exit status. */
export function reportError(error: unknown, args: readonly string[]): number {
  const record = toErrorRecord(error);
  const debug = args.some(
    (arg, i) => arg === '--log-level=debug' || (arg === 'debug' && args[i - 1] === '--log-level'),
  );
  process.stderr.write(errorText(record, debug && error instanceof Error ? error.stack : undefined));
  if (args.includes('--json')) {
    process.stdout.write(
      `${JSON.stringify({ status: 'failed', exit_status: record.exitStatus, error: record })}\n`,
    );
  }
  return record.exitStatus ?? ExitStatus.internal;
}
