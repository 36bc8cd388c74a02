/** Whatever was thrown, as a failure of the run alone. */
import { GtkError } from '../../errors.js';
import { type FailureReason, SampleFailure, type Stage } from '../failure.js';

const reasons: Record<string, FailureReason> = {
  GTK_MISSING_TOOL: 'missing-tool',
  GTK_NOT_WRITABLE: 'not-writable',
};

export function toFailure(thrown: unknown, stage: Stage): SampleFailure {
  if (thrown instanceof SampleFailure) return thrown;
  const error = thrown as Error;
  if (isFull(error) || isFull(error.cause)) return new SampleFailure(stage, 'disk-full', error.message);
  if (!(error instanceof GtkError)) return new SampleFailure(stage, 'internal', error.stack ?? error.message);
  return new SampleFailure(stage, reasons[error.code] ?? 'internal', error.message);
}

const isFull = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC';
