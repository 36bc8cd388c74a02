/** Runs gtk on a disk of its own while the test serves it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { type Ended, program } from '../../run-gtk.js';

/** How gtk ended, and a copy of what is then on the disk. */
export interface OnDisk extends Ended {
  disk: string;
  /** The least free space that was seen, in bytes. */
  leastFree: number;
}

/**
 * Runs a command on a new disk of so many megabytes, which is mounted at `disk` of a folder and seen by gtk alone.
 *
 * @param folder holds what the disk has at the start, in `start`, if anything
 */
export async function onDisk(
  folder: string,
  megabytes: number,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<OnDisk> {
  const [disk, start, end] = ['disk', 'start', 'end'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const place of [disk, start, end]) mkdirSync(place, { recursive: true });
  const script = `
    mount -t tmpfs -o size=${megabytes}m none "$1" && cp -a "$2/." "$1" || exit 99
    end="$3"
    shift 3
    timeout 50 "$@" > "$end/../stdout" 2> "$end/../stderr"
    status=$?
    cp -a "${disk}/." "$end"
    exit $status`;
  const own = ['sh', '-c', script, 'sh', disk, start, end, process.execPath, program, ...args];
  const child = spawn('unshare', ['--mount', '--map-root-user', ...own], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let leastFree = Number.POSITIVE_INFINITY;
  const timer = setInterval(() => {
    // The mount is seen from the process alone.
    const seen = `/proc/${child.pid}/root${disk}`;
    const mounts = existsSync(seen) ? readFileSync(`/proc/${child.pid}/mounts`, 'utf8') : '';
    if (!mounts.includes(` ${disk} tmpfs`)) return;
    const { bavail, bsize } = statfsSync(seen);
    leastFree = Math.min(leastFree, bavail * bsize);
  }, 5);
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject).on('close', (...how) => resolve(how));
  });
  clearInterval(timer);
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
  return { status, signal, stdout: read('stdout'), stderr: read('stderr'), disk: end, leastFree };
}
