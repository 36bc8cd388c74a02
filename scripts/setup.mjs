// What the demo and the tests need before they start, on a clone that nothing was done to yet: installed
// dependencies, native kernels where there is a compiler, and a dist/ as new as src/.
// Runs before anything is installed, so it uses Node alone.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the clone. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Runs a program in the clone, its output going where ours goes.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] added to ours
 * @returns {number} its exit status; 128 + the signal's number when a signal ended it, 127 when not found
 */
export function run(command, args, env = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error) {
    console.error(`${command}: ${error.message}`);
    return 127;
  }
  if (signal) return signal === 'SIGINT' ? 130 : 143;
  return status ?? 1;
}

/**
 * Runs a program of node_modules/.bin.
 *
 * @param {string} name
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] added to ours
 */
export function runBin(name, args, env = {}) {
  return run(path.join(root, 'node_modules/.bin', name), args, env);
}

/** @param {string} file @returns {number} time of its last change, 0 when there is none */
function changed(file) {
  return statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** @param {string} folder @returns {number} last change of anything in it; its folders count, so removals do */
function newest(folder) {
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return Math.max(changed(folder), ...names.map((name) => changed(path.join(folder, name))));
}

/** @param {string} what @param {number} status */
function orExit(what, status) {
  if (status === 0) return;
  console.error(`${what} failed (exit status ${status}).`);
  process.exit(status);
}

/** Installs and builds whatever is missing or out of date; ends the process when that fails. */
export function setup() {
  if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
    console.error('Installing dependencies (npm ci) ...');
    orExit('npm ci', run('npm', ['ci', '--include=dev', '--no-progress']));
  }
  orExit('Compiling the native kernels', run(process.execPath, ['scripts/build-native.mjs']));
  const sources = Math.max(
    newest('src'),
    changed('scripts/build.mjs'),
    changed('node_modules/.package-lock.json'),
  );
  if (changed('dist/cli/main.js') < sources) {
    console.error('Building dist/ ...');
    orExit('The build', run(process.execPath, ['scripts/build.mjs']));
  }
}
