/** Room on the disk that uploads leave to what else is written there. */
import { statfs } from 'node:fs/promises';
import { HttpProblem } from '../problem.js';

/** Bytes that must stay free: logs, the database and steps that run need them. */
const RESERVE = 256 * 2 ** 20;

/**
 * Throws HttpProblem `no_space` unless so many bytes fit on the disk of a folder, and some stay free.
 *
 * @param freeBytes for tests
 */
export async function requireSpace(folder: string, bytes: number, freeBytes = freeBytesOf): Promise<void> {
  const free = await freeBytes(folder);
  if (free - bytes >= RESERVE) return;
  const room = Math.max(0, free - RESERVE);
  throw new HttpProblem(
    'no_space',
    `the disk of the server has room for ${room} bytes, expected ${bytes}: remove runs that are not needed`,
  );
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
