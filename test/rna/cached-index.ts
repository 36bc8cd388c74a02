/** Indices that take seconds to build, built by kallisto itself once for all test files. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../results/test-index', import.meta.url));

/** The index of a FASTA file, whose name tells which it is. Several processes may build it; one of them wins. */
export function cachedIndex(fasta: string): string {
  const index = path.join(folder, `${path.basename(fasta).replace(/\..*/, '')}.idx`);
  if (existsSync(index)) return index;
  mkdirSync(folder, { recursive: true });
  const own = `${index}.${process.pid}`;
  execFileSync('kallisto', ['index', '-i', own, fasta], { stdio: 'ignore' });
  renameSync(own, index);
  return index;
}

/** The same as a file of its own in another folder, which may be written to. */
export function copyOfIndex(fasta: string, target: string): string {
  mkdirSync(path.dirname(target), { recursive: true });
  rmSync(target, { force: true });
  // The system's temporary folder may be on another disk.
  execFileSync('cp', ['--reflink=auto', cachedIndex(fasta), target]);
  return target;
}
