/** Tells for the records which reads and alignments exactly a step read. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Workspace } from '../workspace.js';
import type { FileState } from './record.js';

const PIECE = 1 << 20;

/**
 * The same files with their SHA-256; raw reads without, whose hash is known since they came. Meant to go on while
 * programs work, this process being idle.
 */
export function hashInputs(workspace: Workspace, inputs: readonly FileState[]): Promise<FileState[]> {
  const raw = Object.values(workspace.raw);
  const hash = async (input: FileState): Promise<FileState> => {
    const file = workspace.resolve(input.path);
    return raw.includes(file) ? input : { ...input, sha256: await sha256Of(file) };
  };
  return Promise.all(inputs.map(hash));
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { highWaterMark: PIECE })) hash.update(piece);
  return hash.digest('hex');
}
