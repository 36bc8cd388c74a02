/** Telling a process from a later one that got the same number. */
import { readdirSync, readFileSync } from 'node:fs';

/** A process, as it can be found again after gtk itself was killed. */
export interface ProcessIdentity {
  pid: number;
  /** Start time in clock ticks since boot (proc(5), field 22), or '' where unknown. */
  started: string;
}

/** Tells one start of the system from all others, or '' where unknown: start times are counted from there. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

/** Fields of /proc/PID/stat behind the name, which may hold anything; field 3 of proc(5) is the first. */
function statOf(pid: number | string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Start time of a living process, '' where the system does not tell it, undefined if there is none. */
export function startOf(pid: number): string | undefined {
  const fields = statOf(pid);
  // A zombie holds nothing any more.
  if (fields) return fields[0] === 'Z' ? undefined : (fields[19] ?? '');
  if (process.platform === 'linux') return undefined;
  try {
    process.kill(pid, 0);
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? '' : undefined;
  }
}

/** A child that was just started: even one that has ended already is there until gtk takes note of its end. */
export function identify(child: number): ProcessIdentity {
  return { pid: child, started: statOf(child)?.[19] ?? '' };
}

/** Whether that very process still lives. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  const now = startOf(pid);
  return now !== undefined && (started === '' || now === '' || now === started);
}

/** Processor time in clock ticks that the living members of a process group have used; 0 where unknown. */
export function groupProcessorTicks(group: number): number {
  return groupMembers(group).reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0);
}

/** Living members of a process group that started no earlier than that; none where the system does not tell. */
export function groupLives(group: number, startedFrom: string): boolean {
  return groupMembers(group).some((fields) => Number(fields[19]) >= Number(startedFrom));
}

function groupMembers(group: number): string[][] {
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((pid) => {
    const fields = statOf(pid);
    return fields && Number(fields[2]) === group && fields[0] !== 'Z' ? [fields] : [];
  });
}
