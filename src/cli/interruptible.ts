/** Work that signals end, and that goes on when its command is given again. */
import { ExitStatus } from '../errors.js';

/**
 * Exit status of the work; where it threw since its signal was aborted, that of an interruption, of which the
 * user is told.
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interrupt = new AbortController();
  const stop = (signal: NodeJS.Signals) => interrupt.abort(signal);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(interrupt.signal);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.stderr.write('gtk: interrupted; the same command goes on from there.\n');
    return interrupt.signal.reason === 'SIGTERM' ? ExitStatus.terminated : ExitStatus.interrupted;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
