/** Runs the independent reference of `h5ad_oracle.py`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('h5ad_oracle.py', import.meta.url));

/** Debian's own Python, which has h5py where its package is installed. */
export const python = '/usr/bin/python3';

/** Whether h5py is there. In CI it must be. */
export function hasH5py(): boolean {
  const found = spawnSync(python, ['-c', 'import h5py, numpy']).status === 0;
  if (!found && process.env.CI) throw new Error('h5py is not installed; in CI the agreement tests must run');
  return found;
}

/** A cell as the reference sees it. */
export interface OracleCell {
  index: string;
  sentence: string;
  age: number | null;
  n_expressed: number;
}

/** Every cell of a file, in its order. */
export function oracleCells(file: string, args: readonly string[] = []): OracleCell[] {
  const { status, stdout, stderr } = spawnSync(python, [script, file, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as OracleCell);
}
