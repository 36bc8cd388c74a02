/** What must hold before anything starts: programs and free space. */
import { statfsSync } from 'node:fs';
import { existing } from '../../engine/folders.js';
import { gtkError } from '../../errors.js';
import { freeBytes, GIGABYTE } from '../disk.js';
import { shownBytes } from '../print.js';

/** Space that is to be free before the work begins. */
export interface FreeSpace {
  gigabytes: number;
  /** Of the whole disk. */
  percent: number;
}

/**
 * Makes sure that there is space on the disk of a folder; `clean` is called if there is not.
 *
 * @throws GTK_NO_SPACE
 */
export function checkSpace(folder: string, { gigabytes, percent }: FreeSpace, clean: () => void): void {
  const { blocks, bsize } = statfsSync(existing(folder));
  const expected = Math.max(gigabytes * GIGABYTE, (percent / 100) * blocks * bsize);
  if (freeBytes(folder) < expected) clean();
  const free = freeBytes(folder);
  if (free >= expected) return;
  throw gtkError('GTK_NO_SPACE', {
    folder,
    free: shownBytes(free),
    expected: shownBytes(expected),
    missing: shownBytes(expected - free),
  });
}
