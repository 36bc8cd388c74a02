/** Pieces of the last pass in worker threads. */
import { gtkError } from '../errors.js';
import { WorkerDied, type WorkerPool } from './pool.js';

/** Runs a piece on every item, a few ahead of the one that is wanted next, so memory stays bounded. */
export async function* inOrder<I, R>(
  items: Iterable<I>,
  pool: WorkerPool,
  piece: string,
  signal: AbortSignal,
): AsyncGenerator<R> {
  const ahead: Promise<R>[] = [];
  for (const item of items) {
    signal.throwIfAborted();
    const result = pool.runPiece<R>(piece, item).catch(rethrow);
    // An error is thrown where its turn comes; until then it must not count as unhandled.
    result.catch(() => {});
    ahead.push(result);
    if (ahead.length >= pool.threads) yield await ahead.shift()!;
  }
  for (const result of ahead) yield await result;
}

function rethrow(error: unknown): never {
  if (!(error instanceof WorkerDied)) throw error;
  throw gtkError('GTK_WORKER_DIED', { label: 'the final files', reason: error.message }, error);
}
