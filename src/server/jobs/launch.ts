/** Starting the process of a step. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import os from 'node:os';
import type { ProcessRequest } from '../../pcr/step-process.js';
import { identify, type ProcessIdentity } from '../../tools/process-identity.js';

/** What a process gave back, as far as it is known. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Launched {
  identity: ProcessIdentity;
  exited: Promise<Exit>;
  /** Lets it begin. Until then it has done nothing, and does nothing if the server dies. */
  begin(): void;
  /** Ends it before it began. */
  discard(): void;
  /** The server may end before it. */
  leave(): void;
}

/** The server answers before steps get the processor. */
const NICENESS = 5;

/** What tools need to be found and to work; secrets in the server's environment are none of their business. */
const handedDown = ['PATH', 'HOME', 'TMPDIR', 'JAVA_HOME', 'LD_LIBRARY_PATH', 'GTK_KERNELS'];

/**
 * Starts the process as leader of a group of its own; what it prints besides the step's log goes there as well.
 * Throws what the system says if it cannot be started.
 */
export function launchStep(program: string, request: ProcessRequest, log: string): Launched {
  const fd = openSync(log, 'a');
  try {
    const child = spawn(process.execPath, [program, JSON.stringify({ ...request, waits: true })], {
      detached: true,
      stdio: ['pipe', fd, fd],
      env: { ...environment(), LC_ALL: 'C' },
    });
    const exited = once(child, 'exit').then(([code, signal]): Exit => ({ code, signal }));
    exited.catch(() => {});
    if (child.pid === undefined) throw new Error('the system starts no further process');
    const stdin = child.stdin!.on('error', () => {});
    beNice(child.pid);
    return {
      identity: identify(child.pid),
      exited,
      begin: () => void stdin.end('\n'),
      discard: () => void stdin.destroy(),
      leave: () => child.unref(),
    };
  } finally {
    closeSync(fd);
  }
}

function environment(): NodeJS.ProcessEnv {
  const set = handedDown.filter((name) => process.env[name] !== undefined);
  return Object.fromEntries(set.map((name) => [name, process.env[name]]));
}

function beNice(pid: number): void {
  try {
    os.setPriority(pid, NICENESS);
  } catch {
    // Not allowed everywhere.
  }
}
