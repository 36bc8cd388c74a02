/** Whether a run found on disk is the one that the command asks for. */
import { statSync } from 'node:fs';
import { gtkError } from '../errors.js';
import type { Fingerprint, PlanFailure, RunIdentity } from './job.js';

function words(value: unknown): string {
  return value === undefined ? 'not given' : typeof value === 'string' ? value : JSON.stringify(value);
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What differs between an earlier run and this one, a clause each; empty when nothing does. */
export function differences(earlier: RunIdentity, now: RunIdentity): string[] {
  const found: string[] = [];
  if (earlier.command !== now.command) found.push(`command ${earlier.command}, now ${now.command}`);
  const [before, after] = [earlier.options, now.options] as Record<string, unknown>[];
  for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
    if (JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name])) {
      found.push(`--${kebab(name)} ${words(before?.[name])}, now ${words(after?.[name])}`);
    }
  }
  const paths = (run: RunIdentity) => run.inputs.map((input) => input.path);
  const [had, has] = [paths(earlier), paths(now)];
  for (const path of has.filter((path) => !had.includes(path))) found.push(`new input ${path}`);
  for (const path of had.filter((path) => !has.includes(path))) found.push(`input ${path} is gone`);
  if (found.length === 0 && had.join('\0') !== has.join('\0')) found.push('the order of the inputs');
  return found;
}

const describe = (input: Fingerprint) => `${input.bytes} bytes of ${new Date(input.mtimeMs).toISOString()}`;

/** Throws GTK_INPUT_CHANGED if a file is not as it was when the run was planned. */
export function checkUnchanged(planned: Fingerprint): void {
  if (planned.once) return;
  const stat = statSync(planned.path, { throwIfNoEntry: false });
  if (!stat) throw gtkError('GTK_INPUT_MISSING', { path: planned.path });
  if (stat.size !== planned.bytes || stat.mtimeMs !== planned.mtimeMs) {
    const found = describe({ path: planned.path, bytes: stat.size, mtimeMs: stat.mtimeMs });
    throw gtkError('GTK_INPUT_CHANGED', { path: planned.path, found, expected: describe(planned) });
  }
}

/** Throws GTK_RUN_DIFFERS or GTK_INPUT_CHANGED unless the two are the same run. */
export function checkSameRun(folder: string, earlier: RunIdentity, now: RunIdentity): void {
  const found = differences(earlier, now);
  if (found.length > 0) throw gtkError('GTK_RUN_DIFFERS', { folder, differences: found });
  for (const input of earlier.inputs) checkUnchanged(input);
  if (earlier.version !== now.version) {
    throw gtkError('GTK_FOREIGN_RUN', { folder, version: earlier.version, own: now.version });
  }
}

/** Throws GTK_RUN_DIFFERS if an earlier process left inputs out and that is not wanted now. */
export function checkLeftOut(folder: string, keepGoing: boolean, failures: readonly PlanFailure[]): void {
  if (keepGoing || failures.length === 0) return;
  throw gtkError('GTK_RUN_DIFFERS', { folder, differences: ['--keep-going, now not given'] });
}
