/** Finding the configurations of species, and those that would work in one place. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { existing } from '../../engine/folders.js';
import { gtkError } from '../../errors.js';
import { Layout } from '../layout.js';
import type { SpeciesConfig } from '../species.js';

/** What a file is called by its species: its name without `amalgkit_` and ending. */
export function speciesCode(file: string): string {
  return path
    .basename(file)
    .replace(/\.ya?ml$/i, '')
    .replace(/^amalgkit_/, '');
}

/**
 * Absolute paths of all `amalgkit_*.yaml` and `.yml` of a folder, sorted by name; without it, of
 * `ROOT/config/amalgkit`, else of `ROOT/config`. Templates, tests and comparisons of species are left out.
 *
 * @throws GTK_INPUT_MISSING; GTK_NO_INPUT_IN_FOLDER
 */
export function findConfigs(folder: string | undefined, root: string): string[] {
  const defaults = [path.resolve(root, 'config', 'amalgkit'), path.resolve(root, 'config')];
  const chosen = folder === undefined ? defaults.find(isFolder) : path.resolve(root, folder);
  if (chosen === undefined || !isFolder(chosen))
    throw gtkError('GTK_INPUT_MISSING', { path: chosen ?? defaults.join(' or ') });
  const names = readdirSync(chosen)
    .filter((name) => /^amalgkit_.+\.ya?ml$/i.test(name))
    .sort();
  const files = names.filter((name) => !isSkipped(speciesCode(name))).map((name) => path.join(chosen, name));
  if (files.length === 0)
    throw gtkError('GTK_NO_INPUT_IN_FOLDER', { path: chosen, expected: '.yaml and begins with amalgkit_' });
  return files;
}

/** `test` only as a word: Testudo is a genus. */
function isSkipped(code: string): boolean {
  return /template|cross_species/i.test(code) || /(^|_)test(_|\d*$)/i.test(code);
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Two configurations that cannot be worked on at once, and which folder they share. */
export interface Clash {
  a: SpeciesConfig;
  b: SpeciesConfig;
  what: string;
}

/** All pairs that share work folder or results, links followed. */
export function clashes(configs: readonly SpeciesConfig[]): Clash[] {
  const found: Clash[] = [];
  const owners = new Map<string, SpeciesConfig>();
  for (const config of configs) {
    const results = path.dirname(new Layout(config.out).quantFolder('RUN'));
    const folders = [...new Set([config.workDir, config.out, results].map(realPath))];
    const shared = folders.find((folder) => owners.has(folder));
    if (shared !== undefined) found.push({ a: owners.get(shared)!, b: config, what: shared });
    for (const folder of folders) if (!owners.has(folder)) owners.set(folder, config);
  }
  return found;
}

/** Where a path leads to; of what does not exist yet, the part that does is followed. */
function realPath(folder: string): string {
  const there = existing(folder);
  return path.join(realpathSync(there), path.relative(there, folder));
}
