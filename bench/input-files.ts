import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the inputs lie; git ignores the folder. */
export const inputsFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'inputs');

/**
 * Makes a file or a folder under a temporary name first: one that has its name is whole. What has the name
 * already is replaced. Returns `target`.
 */
export async function whole(target: string, make: (temporary: string) => Promise<void>): Promise<string> {
  const temporary = `${target}.${process.pid}.tmp`;
  mkdirSync(path.dirname(target), { recursive: true });
  console.error(`Making ${target} ...`);
  try {
    await make(temporary);
    rmSync(target, { recursive: true, force: true });
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return target;
}
