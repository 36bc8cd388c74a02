/** How files of reads are called in messages that leave the machine. */
import path from 'node:path';
import type { ReadFiles, Workspace } from '../workspace.js';

/** Their paths inside the workspace. */
export function shownReads(workspace: Workspace, { r1, r2 }: ReadFiles): ReadFiles {
  return { r1: path.relative(workspace.root, r1), r2: path.relative(workspace.root, r2) };
}
