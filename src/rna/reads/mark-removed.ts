/** Marks in place of FASTQ files that are deleted: without one, the amalgkit client takes a file for missing. */
import { lstatSync, writeFileSync } from 'node:fs';

/** The client looks whether it exists, not at what it holds. */
const MARK = 'gtk removed this FASTQ file after the run was quantified.\n';

/** Marks a file and removes it. On a full disk it goes first, which makes room for its mark. */
export function markRemoved(file: string, remove: () => void): void {
  const isMarked = mark(file);
  remove();
  if (!isMarked) mark(file);
}

/** False if the disk is full. Never writes through a link. Throws what the system says otherwise. */
function mark(file: string): boolean {
  const place = `${file}.safely_removed`;
  try {
    writeFileSync(place, MARK, { flag: 'wx' });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A mark that could not be written whole serves as well.
    if (code === 'EEXIST' && !lstatSync(place).isDirectory()) return true;
    if (code === 'ENOSPC') return false;
    throw error;
  }
}
