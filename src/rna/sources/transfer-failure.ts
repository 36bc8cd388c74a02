/** Failures of transfers as failures of a run, and the one to report of several. */
import { type FailureKind, NetworkFailure } from '../../net/failure.js';
import { type FailureReason, remedies, SampleFailure } from '../failure.js';

const reasons: Readonly<Record<FailureKind, FailureReason>> = {
  offline: 'offline',
  stalled: 'stalled',
  'not-found': 'not-found',
  refused: 'not-found',
  redirected: 'redirected',
  'wrong-size': 'checksum',
  'wrong-checksum': 'checksum',
  network: 'network',
};

/** The failure of the network behind an error of a download. */
export function causeOf(thrown: unknown): NetworkFailure | undefined {
  const found = thrown instanceof NetworkFailure ? thrown : (thrown as Error | undefined)?.cause;
  return found instanceof NetworkFailure ? found : undefined;
}

/** What ended a transfer, as a failure of the run if it is one; else what was thrown. */
export function transferFailure(thrown: unknown, what: string): unknown {
  const failure = causeOf(thrown);
  if (failure) return failed(reasons[failure.kind], `${what}: ${failure.message}`);
  const code = ((thrown as Error | undefined)?.cause as NodeJS.ErrnoException | undefined)?.code;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return isFull ? failed('disk-full', (thrown as Error).message) : thrown;
}

/** A failure to fetch; what passes by itself is worth another attempt. */
export function failed(reason: FailureReason, message: string): SampleFailure {
  return new SampleFailure('fetch', reason, message, ['network', 'stalled', 'disk-full'].includes(reason));
}

const order = Object.keys(remedies);

/** One failure for all that were met: the most telling reason, and what each said. */
export function mostTelling(failures: readonly SampleFailure[]): SampleFailure {
  const ranked = failures.map(({ reason }) => order.indexOf(reason));
  const { reason } = failures[ranked.indexOf(Math.min(...ranked))]!;
  return failed(reason, failures.map(({ message }) => message).join('; '));
}
