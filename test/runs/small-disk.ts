/** Runs gtk on a disk that is too small, and again when it has grown. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { program } from '../run-gtk.js';

/** Whether a folder can get a file system of its own here, which takes a namespace of its own. */
export function canMount(folder: string): boolean {
  const mount = ['--mount', '--map-root-user', 'mount', '-t', 'tmpfs', 'none', folder];
  return spawnSync('unshare', mount, { stdio: 'ignore' }).status === 0;
}

/** What came of the two runs: exit statuses, standard errors, the names left by the first, the final output. */
export interface SmallDisk {
  status: string;
  stderr: string;
  left: string;
  statusAgain: string;
  stderrAgain: string;
  /** A copy of the folder that the runs wrote to. */
  out: string;
}

/**
 * Runs a command that writes into `out` of a new disk of so many kilobytes, grows the disk to 64 MB, and runs it
 * again.
 *
 * @param commandFor the arguments of gtk for that folder
 */
export function onSmallDisk(
  folder: string,
  kilobytes: number,
  commandFor: (out: string) => string[],
): SmallDisk {
  const disk = path.join(folder, `disk-${kilobytes}`);
  const result = path.join(folder, `result-${kilobytes}`);
  for (const name of [disk, result]) mkdirSync(name);
  const script = `
    mount -t tmpfs -o size=${kilobytes}k none "$1" || exit 99
    shift
    "$@" 2> "${result}/stderr"; echo $? > "${result}/status"
    find "${disk}" > "${result}/left"
    mount -o remount,size=64m "${disk}"
    "$@" 2> "${result}/stderr-again"; echo $? > "${result}/status-again"
    cp -a "${disk}/out" "${result}/out"`;
  const command = [process.execPath, program, ...commandFor(path.join(disk, 'out'))];
  execFileSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', script, 'sh', disk, ...command]);
  const read = (name: string) => readFileSync(path.join(result, name), 'utf8');
  return {
    status: read('status'),
    stderr: read('stderr'),
    left: read('left'),
    statusAgain: read('status-again'),
    stderrAgain: read('stderr-again'),
    out: path.join(result, 'out'),
  };
}
