/** One process at a time builds an index; the others wait. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeLock } from '../../engine/lock.js';
import { GtkError } from '../../errors.js';
import { SampleFailure } from '../failure.js';

const POLL_MS = 5000;
const GIVE_UP_MS = 3_600_000;

/**
 * Does something under the lock of an index, `.Genus_species.lock` beside it. The lock of a process that died on
 * this machine is taken over.
 *
 * @param stem `Genus_species`
 * @throws SampleFailure `no-index` if another process keeps the lock for an hour; the signal's reason
 */
export async function withIndexLock<T>(
  folder: string,
  stem: string,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T> {
  const unlock = await wait(path.join(folder, `.${stem}.lock`), folder, signal);
  try {
    return await act();
  } finally {
    unlock();
  }
}

async function wait(file: string, folder: string, signal: AbortSignal): Promise<() => void> {
  const until = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return takeLock(file, folder);
    } catch (error) {
      if (!(error instanceof GtkError) || error.code !== 'GTK_RUN_LOCKED') throw error;
      if (performance.now() > until) {
        throw new SampleFailure('index', 'no-index', `${error.message}; if it is gone, remove ${file}`, true);
      }
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
  }
}
