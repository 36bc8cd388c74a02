/** Ending a program together with everything that it started. */
import { setTimeout as sleep } from 'node:timers/promises';
import { groupLives, type ProcessIdentity, startOf } from './process-identity.js';

/** How long a program may take to end itself before it is killed. */
const GRACE_MS = 10_000;

/** How long a killed process may take to disappear, which hangs on its disk. */
const GONE_MS = 5_000;

/**
 * Ends a process group that gtk started: SIGTERM, and SIGKILL for what is left after ten seconds.
 *
 * @returns whether nothing of it lives any more; what hangs in the kernel, on a lost disk, ends when that lets go
 */
export async function killGroup(leader: ProcessIdentity, graceMs = GRACE_MS): Promise<boolean> {
  if (!lives(leader)) return true;
  send(leader, 'SIGTERM');
  if (await gone(leader, graceMs)) return true;
  send(leader, 'SIGKILL');
  return gone(leader, GONE_MS);
}

/**
 * The leader may have ended before its children. As long as one of these lives, the system gives its number to
 * nobody else: a process that has it and started at another time leads a group that is not ours.
 */
function lives({ pid, started }: ProcessIdentity): boolean {
  try {
    process.kill(-pid, 0);
  } catch (error) {
    // Cheaper than to look through all processes.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  if (now === undefined) return groupLives(pid, started);
  return started === '' || now === '' || now === started;
}

function send(leader: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader.pid, signal);
  } catch {
    // Ended meanwhile.
  }
}

async function gone(leader: ProcessIdentity, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  for (let wait = 5; lives(leader); wait = Math.min(wait * 2, 200)) {
    if (performance.now() > until) return false;
    await sleep(wait);
  }
  return true;
}
