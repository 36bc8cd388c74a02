/** Replaces a folder as a whole: readers see the old one or the new one. */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { flushToDisk } from '../../engine/atomic.js';
import { makeFolder } from '../../engine/folders.js';
import { GtkError, gtkError } from '../../errors.js';

/**
 * Makes a folder anew beside the old one, then puts it in its place. A kill at any moment leaves the old folder
 * whole (between the two renames under the name `.NAME.old`, from where the next call takes it back) or the new
 * one. One process at a time.
 *
 * @param folder absolute; a link to a folder stays one
 * @param isReplaced whether a file, by its path below the folder, is of no use once the new ones stand; the
 *   others are kept
 * @param make fills the new folder
 * @throws GTK_NOT_WRITABLE; what `make` throws, and then the old folder stands as it was
 */
export async function swapFolder(
  folder: string,
  isReplaced: (file: string) => boolean,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw gtkError('GTK_NOT_WRITABLE', { path: folder, reason: (error as Error).message }, error);
    }
  };
  const place = existsSync(folder) ? attempt(() => realpathSync(folder)) : folder;
  const beside = (ending: string) => path.join(path.dirname(place), `.${path.basename(place)}.${ending}`);
  const [fresh, old] = [beside('new'), beside('old')];
  makeFolder(path.dirname(place));
  attempt(() => {
    if (existsSync(old) && !existsSync(place)) renameSync(old, place);
    rmSync(old, { recursive: true, force: true });
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh);
  });
  try {
    await make(fresh);
    attempt(() => keepOthers(place, fresh, isReplaced));
    await flushAll(fresh);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (error instanceof GtkError) throw error;
    throw (error as NodeJS.ErrnoException).syscall === undefined
      ? error
      : gtkError('GTK_NOT_WRITABLE', { path: folder, reason: (error as Error).message }, error);
  }
  attempt(() => {
    if (existsSync(place)) renameSync(place, old);
    renameSync(fresh, place);
  });
  await flushToDisk(path.dirname(place));
  attempt(() => rmSync(old, { recursive: true, force: true }));
}

/** Links what others put into the old folder into the new one. */
function keepOthers(from: string, to: string, isReplaced: (file: string) => boolean, below = ''): void {
  if (!existsSync(path.join(from, below))) return;
  for (const entry of readdirSync(path.join(from, below), { withFileTypes: true })) {
    const file = path.join(below, entry.name);
    if (entry.isDirectory()) keepOthers(from, to, isReplaced, file);
    else if (!isReplaced(file) && !existsSync(path.join(to, file))) {
      mkdirSync(path.join(to, below), { recursive: true });
      linkOrCopy(path.join(from, file), path.join(to, file));
    }
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // A file system without links.
    copyFileSync(from, to);
  }
}

async function flushAll(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await flushAll(file);
    else if (entry.isFile()) await flushToDisk(file);
  }
  await flushToDisk(folder);
}
