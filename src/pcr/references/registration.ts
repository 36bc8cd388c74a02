/** A genome while it is registered: one process at a time, in a folder that gets its name at the end. */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flushToDisk, writeFileAtomically } from '../../engine/atomic.js';
import { makeFolder } from '../../engine/folders.js';
import { takeLock } from '../../engine/lock.js';
import { GtkError, gtkError } from '../../errors.js';
import { GENOME } from '../config/values.js';
import { canonicalGenome, Reference, type ReferenceManifest } from './reference.js';

/** What a genome is registered with. */
export interface Registration {
  /** Absolute path of the folder of genomes. */
  root: string;
  /** The name that it gets; see {@link genomeName}. */
  name: string;
  signal: AbortSignal;
  /** Takes a line about what is done. */
  log(line: string): void;
}

/** The name that a genome is registered under. Throws GTK_USAGE for what cannot be one. */
export function genomeName(text: string): string {
  const name = canonicalGenome(text);
  if (GENOME.test(name)) return name;
  const problem = `NAME: found ${JSON.stringify(text)}, expected letters, digits and . _ - behind a letter or digit`;
  throw gtkError('GTK_USAGE', { problem, command: 'gtk pcr genome' });
}

const POLL_MS = 500;

/**
 * Works under the lock of a genome, with a folder that is there for the time, empty at first. What a process that
 * was killed left there goes. Who comes second waits.
 *
 * @throws the signal's reason; GTK_NOT_WRITABLE; what the work throws
 */
export async function whileRegistering<T>(
  registration: Registration,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const { root, name } = registration;
  makeFolder(root);
  const unlock = await lock(registration);
  const folder = path.join(root, `.${name}.building`);
  try {
    clear(folder);
    makeFolder(folder);
    return await work(folder);
  } finally {
    clear(folder);
    unlock();
  }
}

/** An indexer whose gtk was killed may still write there, and ends when it finds its folder gone. */
function clear(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

async function lock({ root, name, signal, log }: Registration): Promise<() => void> {
  for (let waits = 0; ; waits += 1) {
    try {
      return takeLock(path.join(root, `.${name}.lock`), root);
    } catch (error) {
      if (!(error instanceof GtkError) || error.code !== 'GTK_RUN_LOCKED') throw error;
    }
    if (waits === 0) log(`another process registers ${name}: waiting for it`);
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
  }
}

/** Gives a filled folder its manifest and its name. Throws GTK_NOT_WRITABLE. */
export async function publish(root: string, folder: string, manifest: ReferenceManifest): Promise<Reference> {
  const target = path.join(root, manifest.name);
  writeFileAtomically(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, true);
  try {
    for (const name of readdirSync(folder)) await flushToDisk(path.join(folder, name));
    await flushToDisk(folder);
    renameSync(folder, target);
    await flushToDisk(root);
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path: target, reason: (error as Error).message }, error);
  }
  return new Reference(target, manifest);
}
