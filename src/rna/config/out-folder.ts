/** Where all results of a species go, and where earlier ones may lie. */
import path from 'node:path';
import type { OtherRoots } from '../layout.js';

/** Folders as they are configured; absolute. */
export interface ConfiguredFolders {
  /** From the command line. */
  given: string | undefined;
  workDir: string;
  /** out_dir of the steps. */
  getfastq: string | undefined;
  quant: string | undefined;
}

/**
 * Chooses OUT. Reads and results lie together below it, as `getfastq/RUN` and `quant/RUN`, so two different
 * folders for the two steps cannot both be it: the work folder is then, and both are looked into.
 */
export function outFolder({ given, workDir, getfastq, quant }: ConfiguredFolders): {
  out: string;
  roots: OtherRoots;
  warning?: string;
} {
  if (given !== undefined) return { out: given, roots: {} };
  const folders = [...new Set([getfastq, quant].filter((folder) => folder !== undefined))];
  const out = withoutStep(folders.length === 1 ? folders[0]! : workDir);
  const others = (folder: string | undefined) =>
    [...new Set([folder, workDir])].filter((root) => root !== undefined && root !== out) as string[];
  const roots = { readRoots: others(getfastq), resultRoots: others(quant) };
  if (folders.length < 2) return { out, roots };
  const warning = `getfastq and quant have different out_dir, so results go to the work folder ${out}`;
  return { out, roots, warning };
}

/** `X` for `X/quant`: below it would be `X/quant/quant/RUN`. */
function withoutStep(folder: string): string {
  return ['getfastq', 'quant'].includes(path.basename(folder)) ? path.dirname(folder) : folder;
}
