/** One process at a time on a run folder. */
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gtkError } from '../errors.js';
import { isAlive, type ProcessIdentity, startOf } from '../tools/process-identity.js';
import { temporaryName } from './atomic.js';
import { makeFolder } from './folders.js';

/** The process that holds a lock. */
export interface Holder extends ProcessIdentity {
  host: string;
  /** ISO 8601. */
  since: string;
}

function isHeld(holder: Holder): boolean {
  // Another machine's processes cannot be seen from here, so its lock is believed.
  return holder.host !== os.hostname() || isAlive(holder);
}

function read(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Who holds the lock, as far as can be seen from here; undefined if nobody does. */
export function lockHolder(file: string): Holder | undefined {
  const holder = read(file);
  return holder && isHeld(holder) ? holder : undefined;
}

/**
 * Takes the lock, or takes it over from a process that died.
 *
 * @returns a function that gives it back
 * @throws GTK_RUN_LOCKED naming the process that holds it; GTK_NOT_WRITABLE
 */
export function takeLock(file: string, folder: string): () => void {
  const own: Holder = {
    pid: process.pid,
    host: os.hostname(),
    started: startOf(process.pid) ?? '',
    since: new Date().toISOString(),
  };
  const content = JSON.stringify(own);
  const temporary = temporaryName(file);
  try {
    for (;;) {
      if (tryLock(file, temporary, content)) return () => release(file, content);
      const holder = read(file);
      if (holder && isHeld(holder)) throw gtkError('GTK_RUN_LOCKED', { folder, ...holder });
      setAside(file, holder);
    }
  } finally {
    if (existsSync(temporary)) rmSync(temporary, { force: true });
  }
}

/** Returns false if the lock is taken. */
function tryLock(file: string, temporary: string, content: string): boolean {
  for (;;) {
    makeFolder(path.dirname(file));
    try {
      writeFileSync(temporary, content);
      // link() fails if the name exists, so a lock is never seen without its content.
      linkSync(temporary, file);
      return true;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      // Gone under our hands: the run that was here removed all it had made. Its end frees the lock.
      if (code !== 'ENOENT') throw gtkError('GTK_NOT_WRITABLE', { path: file, reason: message }, error);
    }
  }
}

/** Removes the lock unless it became another process's. */
function release(file: string, content: string): void {
  try {
    if (readFileSync(file, 'utf8') === content) rmSync(file);
  } catch {
    // The folder was removed by hand: nothing is locked any more.
  }
}

/** Removes a dead process's lock; of several processes that try, one succeeds, and a new lock survives. */
function setAside(file: string, dead: Holder | undefined): void {
  const aside = temporaryName(file);
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = read(aside);
  if (moved && JSON.stringify(moved) !== JSON.stringify(dead)) {
    // Someone else took the lock between our look and our rename: give it back.
    try {
      linkSync(aside, file);
    } catch {
      // A third process was faster; the one we moved will find out at its own end.
    }
  }
  rmSync(aside, { force: true });
}
