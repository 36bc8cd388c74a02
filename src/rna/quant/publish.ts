/**
 * Puts a result in its place so that a kill at any moment leaves the old result, the new one, or none that
 * validates; never the table of one quantification beside the run information of another.
 */
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { removeTemporary, temporaryName } from '../../engine/atomic.js';
import { makeFolder } from '../../engine/folders.js';
import { gtkError } from '../../errors.js';
import type { Layout } from '../layout.js';

/** Files of a result, in the order in which they are removed; they come in the other one. */
const names = ['run_info.json', 'abundance.tsv', 'abundance.h5'];

/**
 * Moves `abundance.tsv` and `run_info.json` (and `abundance.h5`, which some builds of kallisto write) from the
 * stage into `quant/RUN/` under the names of the run, and removes the stage.
 *
 * What stood there goes first, run information before table: without it nothing counts as a result. That is on
 * the disk before anything new comes, so that a power cut cannot mix the two.
 *
 * @throws GTK_NOT_WRITABLE; system errors as its cause
 */
export function publishResult(stage: string, layout: Layout, run: string): void {
  const folder = layout.quantFolder(run);
  makeFolder(folder);
  const inFolder = (name: string) => path.join(folder, name);
  try {
    const staged = names.filter((name) => existsSync(path.join(stage, name)));
    for (const name of staged) flush(path.join(stage, name));
    for (const name of names) rmSync(inFolder(`${run}_${name}`), { force: true });
    flush(folder);
    for (const name of staged.toReversed()) move(path.join(stage, name), inFolder(`${run}_${name}`));
    flush(folder);
    // What an earlier quantification left under plain names says nothing any more.
    for (const name of names) rmSync(inFolder(name), { force: true });
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path: folder, reason: (error as Error).message }, error);
  }
  rmSync(stage, { recursive: true, force: true });
}

/** Renames; where `quant` is a link to another disk, copies beside the new place first. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    removeTemporary(to);
    const copy = temporaryName(to);
    try {
      copyFileSync(from, copy);
      flush(copy);
      renameSync(copy, to);
    } finally {
      rmSync(copy, { force: true });
    }
  }
}

/** Waits until the content of a file or folder is on the disk. */
function flush(file: string): void {
  const fd = openSync(file, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
