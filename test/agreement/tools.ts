/** Finding the programs that the agreement tests compare with. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of an external program, or undefined where it is not installed, so that the tests that need it
 * can be skipped: `describe.skipIf(!codonw)`.
 *
 * @throws in CI (environment variable `CI` set): there a missing program is a failure
 */
export function requireTool(name: string): string | undefined {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
  if (found === undefined && process.env.CI) {
    throw new Error(`${name} is not on the PATH; in CI the agreement tests must run`);
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
