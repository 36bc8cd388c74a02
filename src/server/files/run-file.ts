/** Finding a file of a run by the path that a client gave: nothing outside the run's folder is ever opened. */
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { HttpProblem } from '../problem.js';
import { isShown } from './shown.js';

export interface OpenFile {
  handle: FileHandle;
  size: number;
  modified: Date;
  /** Changes whenever the file does; it has no quotes. */
  tag: string;
}

/**
 * The parts of a path as it stands in an address.
 *
 * @param encoded as it came: decoded here, and only once
 * @throws HttpProblem `bad_path` if it could mean anything but a file below the run's folder
 */
export function pathParts(encoded: string): string[] {
  let decoded: string;
  try {
    decoded = decodeURIComponent(encoded);
  } catch {
    throw new HttpProblem('bad_path', 'the path is no UTF-8, percent-encoded');
  }
  const parts = decoded.split('/');
  const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (isPlain && !/[\u0000-\u001f\u007f\\]/.test(decoded)) return parts;
  throw new HttpProblem('bad_path', 'expected a path below the run, such as bed2peak/step.json');
}

/**
 * Opens a file below a folder. It is a regular one, and no part of the way to it is a link.
 *
 * @throws HttpProblem `not_found`
 */
export async function openBelow(folder: string, parts: readonly string[]): Promise<OpenFile> {
  if (!isShown(parts)) throw nothing();
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) throw nothing();
  const file = path.join(root, ...parts);
  // A pipe must not hold up whoever opens it.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch(() => undefined);
  if (!handle) throw nothing();
  try {
    const facts = await handle.stat({ bigint: true });
    const isDirect = (await realpath(file).catch(() => undefined)) === file;
    if (!facts.isFile() || !isDirect) throw nothing();
    const tag = [facts.ino, facts.size, facts.mtimeNs].map((number) => number.toString(36)).join('-');
    return { handle, size: Number(facts.size), modified: facts.mtime, tag };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function nothing(): HttpProblem {
  return new HttpProblem('not_found', 'this run has no such file');
}
