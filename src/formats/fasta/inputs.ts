import type { Stats } from 'node:fs';
import { access, constants, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { gtkError } from '../../errors.js';
import { isSystemError, unreadable } from '../compression/file-chunks.js';

/** One input of a run. */
export interface ResolvedInput {
  /** Absolute, or '-' for standard input. */
  path: string;
  /** Size; 0 for a stream. */
  bytes: number;
  /** Time of the last change; 0 for a stream. */
  mtimeMs: number;
  /** `stream` for standard input, FIFOs and character devices: these can be read only once. */
  kind: 'stream' | 'file';
}

/** How the files end that are taken from a folder, compared without case. */
export const folderEndings = ['.fa', '.fasta', '.fna', '.ffn', '.frn', '.fas', '.fsa', '.cds'];
const inFolder = new RegExp(
  `(${folderEndings.map((e) => `\\${e}`).join('|')})(\\.gz|\\.bgz|\\.zst)?$|\\.parquet$`,
  'i',
);

/**
 * The inputs that the paths name, in their order. A folder stands for its sequence files, sorted by name
 * (code units, so alike everywhere), without hidden ones and without subfolders.
 *
 * @throws GTK_INPUT_MISSING, GTK_UNREADABLE, GTK_NO_INPUT_IN_FOLDER, GTK_INPUT_TWICE
 */
export async function resolveInputs(paths: string[]): Promise<ResolvedInput[]> {
  const inputs: ResolvedInput[] = [];
  const seen = new Map<string, string>();
  const add = async (given: string, file: string, stats: Stats | undefined) => {
    const input = await toInput(file, stats);
    const key = await identity(input, stats);
    const before = seen.get(key);
    if (before !== undefined) throw gtkError('GTK_INPUT_TWICE', { path: given, before });
    seen.set(key, given);
    inputs.push(input);
  };
  for (const given of paths) {
    if (given === '-') {
      await add('-', '-', undefined);
      continue;
    }
    const stats = await statOf(given);
    const absolute = path.resolve(given);
    if (!stats.isDirectory()) {
      await add(given, absolute, stats);
      continue;
    }
    for (const file of await filesIn(absolute)) await add(file.path, file.path, file.stats);
  }
  return inputs;
}

async function statOf(given: string): Promise<Stats> {
  // The empty string would resolve to the working directory.
  if (given === '') throw gtkError('GTK_INPUT_MISSING', { path: "''" });
  try {
    return await stat(given);
  } catch (error) {
    const missing = isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    throw missing ? gtkError('GTK_INPUT_MISSING', { path: given }, error) : unreadable(given, error);
  }
}

async function filesIn(folder: string): Promise<{ path: string; stats: Stats }[]> {
  const names = await readdir(folder).catch((error) => {
    throw unreadable(folder, error);
  });
  const chosen = names.filter((name) => !name.startsWith('.') && inFolder.test(name)).sort();
  const files: { path: string; stats: Stats }[] = [];
  for (const name of chosen) {
    const file = path.join(folder, name);
    const stats = await stat(file).catch((error) => {
      // A name without a file is a broken link: leaving it out would make the totals wrong unnoticed.
      throw unreadable(file, error);
    });
    if (!stats.isDirectory()) files.push({ path: file, stats });
  }
  if (files.length > 0) return files;
  const expected = `${folderEndings.join(' ')} (also .gz .bgz .zst) or .parquet`;
  throw gtkError('GTK_NO_INPUT_IN_FOLDER', { path: folder, expected });
}

async function toInput(file: string, stats: Stats | undefined): Promise<ResolvedInput> {
  if (!stats || stats.isFIFO() || stats.isCharacterDevice()) {
    return { path: file, bytes: 0, mtimeMs: 0, kind: 'stream' };
  }
  if (!stats.isFile()) {
    const reason = stats.isSocket() ? 'it is a socket, expected a file' : 'it is a device, expected a file';
    throw gtkError('GTK_UNREADABLE', { path: file, reason });
  }
  await access(file, constants.R_OK).catch((error) => {
    throw unreadable(file, error);
  });
  return { path: file, bytes: stats.size, mtimeMs: stats.mtimeMs, kind: 'file' };
}

/** Equal for two names of one input. */
async function identity(input: ResolvedInput, stats: Stats | undefined): Promise<string> {
  // What /dev/fd/63 links to is no path, so a stream is told by its inode.
  return input.kind === 'file' ? realpath(input.path) : stats ? `${stats.dev}:${stats.ino}` : '-';
}
