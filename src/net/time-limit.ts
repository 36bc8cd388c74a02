/** Work that may take so long and no longer. */
import { NetworkFailure } from './failure.js';

/**
 * Does work with a signal that also ends it when its time is over.
 *
 * @throws NetworkFailure, kind `stalled`, when the time is over; the signal's reason; what the work throws
 */
export async function withinTime<T>(
  signal: AbortSignal,
  ms: number | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (ms === undefined) return work(signal);
  signal.throwIfAborted();
  const ended = new AbortController();
  const problem = `not complete within ${ms / 1000} s`;
  const end = () => ended.abort(signal.reason);
  const over = () => ended.abort(new NetworkFailure(problem, false, undefined, 'stalled'));
  const timer = setTimeout(over, ms);
  signal.addEventListener('abort', end);
  try {
    return await work(ended.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
