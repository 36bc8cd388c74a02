/** Making folders. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { gtkError } from '../errors.js';

/** The folders on the way to `folder` that do not exist yet, innermost first. */
export function missingFolders(folder: string): string[] {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at); at = path.dirname(at)) missing.push(at);
  return missing;
}

/** The innermost folder on the way to `folder` that exists. */
export function existing(folder: string): string {
  const outermost = missingFolders(folder).at(-1);
  return outermost === undefined ? folder : path.dirname(outermost);
}

/**
 * Makes a folder and those above it.
 *
 * One at a time, since Node's recursive mkdir never ends where the system denies that a parent exists, as
 * below /proc (Node 20.20).
 *
 * @throws GTK_NOT_WRITABLE
 */
export function makeFolder(folder: string): void {
  try {
    for (const missing of missingFolders(folder).reverse()) {
      try {
        mkdirSync(missing);
      } catch (error) {
        // Another process may make it at the same moment.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path: folder, reason: (error as Error).message }, error);
  }
}
