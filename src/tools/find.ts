/** Finding programs on the PATH and asking them for their version. */
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { gtkError } from '../errors.js';
import { type ProgramName, type ProgramSpec, programs } from './catalogue.js';
import { runProgram } from './run-program.js';

/** Absolute path of a program, or undefined where the PATH has none. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.resolve(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The commands that install programs: from Debian, and from conda those that Debian has not, or all of them. */
export function installCommand(names: readonly ProgramName[]): string {
  const specs: ProgramSpec[] = names.map((name) => programs[name]);
  const apt = [...new Set(specs.map((spec) => spec.apt).filter(Boolean))];
  const fromApt = apt.length > 0 ? `apt-get install ${apt.join(' ')}` : '';
  const elsewhere = specs.filter((spec) => !spec.apt);
  if (elsewhere.length === 0) return `${fromApt} (or ${fromConda(specs)})`;
  return apt.length > 0 ? `${fromApt} and ${fromConda(elsewhere)}` : fromConda(elsewhere);
}

function fromConda(specs: readonly ProgramSpec[]): string {
  const packages = [...new Set(specs.map(({ conda }) => conda))];
  return `conda install -c conda-forge -c bioconda ${packages.join(' ')}`;
}

/**
 * Absolute paths of programs by their names.
 *
 * @throws GTK_MISSING_TOOL naming all that are missing
 */
export function requirePrograms<N extends ProgramName>(names: readonly N[]): Record<N, string> {
  const found = names.map((name) => [name, findProgram(name)] as const);
  const missing = found.filter(([, file]) => file === undefined).map(([name]) => name);
  if (missing.length > 0) {
    throw gtkError('GTK_MISSING_TOOL', { tools: missing, install: installCommand(missing) });
  }
  return Object.fromEntries(found) as Record<N, string>;
}

/** Seconds that a program may take to tell its version. */
const VERSION_SECONDS = 30;

/** The version that a program prints, or undefined if it prints none. */
export async function programVersion(name: ProgramName, file: string): Promise<string | undefined> {
  const { versionArgs, version } = programs[name] as ProgramSpec;
  const { output } = await runProgram({
    program: file,
    args: versionArgs,
    seconds: VERSION_SECONDS,
    signal: new AbortController().signal,
  });
  return version.exec(output)?.[1];
}
