/** Paths for programs that mishandle any others. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Calls `act` with a path of plain ASCII letters that leads to the folder: fasterq-dump 3.0.3 cuts names of its
 * output off where the path has others, and parallel-fastq-dump blanks. A link in the system's temporary folder
 * does; gtk killed, nothing but that is left there.
 */
export async function withPlainPath<T>(folder: string, act: (plain: string) => Promise<T>): Promise<T> {
  if (isPlain(folder)) return act(folder);
  const temporary = mkdtempSync(path.join(isPlain(os.tmpdir()) ? os.tmpdir() : '/tmp', 'gtk-'));
  try {
    const plain = path.join(temporary, 'run');
    symlinkSync(folder, plain);
    return await act(plain);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

const isPlain = (place: string) => /^[\w./-]+$/.test(place);
