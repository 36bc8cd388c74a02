/** Ending a program together with everything that it started. */
import { setTimeout as sleep } from 'node:timers/promises';
import { groupLives, isAlive, type ProcessIdentity } from './process-identity.js';

/** How long a program may take to end itself before it is killed. */
const GRACE_MS = 10_000;

/** How long a killed process may take to disappear, which hangs on its disk. */
const GONE_MS = 5_000;

/** Ends a process group that gtk started: SIGTERM, and SIGKILL for what is left after ten seconds. */
export async function killGroup(leader: ProcessIdentity, graceMs = GRACE_MS): Promise<void> {
  if (!lives(leader)) return;
  send(leader, 'SIGTERM');
  if (await gone(leader, graceMs)) return;
  send(leader, 'SIGKILL');
  await gone(leader, GONE_MS);
}

/** The leader may have ended before its children; a group of another leader with that number is not ours. */
function lives(leader: ProcessIdentity): boolean {
  try {
    process.kill(-leader.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return isAlive(leader) || groupLives(leader.pid, leader.started);
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
