import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** Where and with what figures were measured. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  kernel: string;
  /** Name of a program to its version. */
  versions: Record<string, string>;
}

/** First line with a number of what a program says of its version, or undefined when it cannot be started. */
export function versionOf([program, ...args]: string[]): string | undefined {
  const { error, stdout, stderr } = spawnSync(program!, args, { encoding: 'utf8', timeout: 30_000 });
  if (error) return undefined;
  return `${stdout}\n${stderr}`
    .split('\n')
    .find((line) => /\d/.test(line))
    ?.trim();
}

function gtkVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const native = existsSync(new URL('../native/build/gtk.node', import.meta.url));
  const kernels = native && process.env.GTK_KERNELS !== 'reference' ? 'native' : 'reference';
  const commit = versionOf(['git', 'describe', '--always', '--dirty']) ?? 'unknown commit';
  return `${version} (${commit}), ${kernels} kernels`;
}

/** Describes this machine, with the versions of the given programs; absent ones are named as such. */
export function describeMachine(tools: Record<string, string[]>): Machine {
  const versions: Record<string, string> = { gtk: gtkVersion(), node: process.version };
  for (const [name, command] of Object.entries(tools)) versions[name] = versionOf(command) ?? 'not found';
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    kernel: release(),
    versions,
  };
}
