/** `gtk doctor`: what gtk has to work with here, and what a job lacks. */
import { statfsSync } from 'node:fs';
import os from 'node:os';
import type { CommandSpec } from '../engine/command.js';
import { memoryBudget, memoryLimit, workerCount } from '../engine/resources.js';
import { ExitStatus, gtkError } from '../errors.js';
import { kernelChoice } from '../kernels/addon.js';
import { packageVersion } from '../root.js';
import { type JobProgram, jobPrograms, type ProgramName } from '../tools/catalogue.js';
import { findProgram, installCommand, programVersion } from '../tools/find.js';
import { parse } from './parse.js';
import { jobs, type Tool } from './registry.js';

const spec: CommandSpec = {
  name: 'doctor',
  summary: 'show what gtk has to work with and what is missing',
  description:
    'Lists the versions, kernels, memory and disk that gtk finds, and the external programs of each job with the command that installs those which are missing. With the name of a job, ends with status 4 if a program is missing without which that job does nothing.',
  positionals: [
    {
      name: 'JOB',
      summary: 'only this job',
      required: false,
      variadic: false,
      path: false,
      choices: Object.keys(jobs),
    },
  ],
  options: [{ name: 'json', kind: 'flag', summary: 'print JSON' }],
  engine: false,
  examples: [
    { command: 'gtk doctor codon', does: 'is everything there for gtk codon?' },
    { command: 'gtk doctor rna', does: 'which programs has gtk rna, and how are the others installed?' },
  ],
};

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

function findings(): Record<string, string> {
  const kernels = kernelChoice();
  const disk = statfsSync(process.cwd());
  return {
    gtk: packageVersion(),
    node: `${process.version} (${process.platform} ${process.arch})`,
    kernels: `${kernels.name}: ${kernels.reason}`,
    processors: `${os.availableParallelism()} (${os.cpus()[0]?.model ?? 'unknown'}); gtk uses ${workerCount(undefined)}`,
    memory: `${gigabytes(memoryLimit())}; gtk uses at most ${gigabytes(memoryBudget(undefined))} for batches in flight`,
    'disk here': `${gigabytes(disk.bavail * disk.bsize)} free`,
    executors: 'local',
  };
}

/** A program of a job as it was found. */
interface FoundProgram extends JobProgram {
  /** Absolute path; null where it is missing. */
  path: string | null;
  /** Null where it tells none. */
  version: string | null;
}

/** The programs of a job, all asked for their versions at once. */
function programsOf(job: string): Promise<FoundProgram[]> {
  return Promise.all(
    (jobPrograms[job] ?? []).map(async (listed) => {
      const path = findProgram(listed.program) ?? null;
      // A program that is there but cannot be started, as for another processor, tells no version.
      const version = path && (await programVersion(listed.program, path).catch(() => undefined));
      return { ...listed, path, version: version || null };
    }),
  );
}

/** A program without which the job does nothing is there only if it answers. */
const isMissing = ({ path, version, isNeeded }: FoundProgram) =>
  path === null || (isNeeded === true && version === null);

const namesOf = (programs: FoundProgram[]) => programs.map(({ program }): ProgramName => program);

function describe(job: string, programs: FoundProgram[]): string {
  const missing = programs.filter(isMissing);
  const needed = missing.filter(({ isNeeded }) => isNeeded);
  const state = needed.length > 0 ? `not ready; it needs ${namesOf(needed).join(', ')}` : 'ready';
  const lines = [
    `${`gtk ${job}`.padEnd(12)}${programs.length > 0 ? state : 'ready; it needs no external program'}`,
    ...programs.map(
      (found) =>
        `  ${found.program.padEnd(21)}${stateOf(found).padEnd(10)} ${found.purpose}${found.isNeeded ? ' (needed)' : ''}`,
    ),
    ...(missing.length > 0 ? [`  To install what is missing: ${installCommand(namesOf(missing))}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function stateOf({ path, version }: FoundProgram): string {
  return path === null ? 'missing' : (version ?? 'no version');
}

async function run(args: string[]): Promise<number> {
  const { values, positionals } = await parse(spec, args);
  const [job] = positionals;
  if (job !== undefined && !Object.hasOwn(jobs, job)) {
    const problem = `No such job: ${job}; expected one of ${Object.keys(jobs).join(', ')}`;
    throw gtkError('GTK_USAGE', { problem, command: 'gtk doctor' });
  }
  const wanted = job === undefined ? Object.keys(jobs) : [job];
  const found = findings();
  const programs = await Promise.all(wanted.map(async (name) => [name, await programsOf(name)] as const));
  if (values.json) {
    const json = { ...found, programs: Object.fromEntries(programs.map(asJson)) };
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  } else {
    for (const [name, value] of Object.entries(found)) process.stdout.write(`${name.padEnd(12)}${value}\n`);
    for (const [name, list] of programs) process.stdout.write(describe(name, list));
  }
  const lacks = programs.some(([, list]) => list.some((found) => found.isNeeded && isMissing(found)));
  return job !== undefined && lacks ? ExitStatus.environment : ExitStatus.done;
}

function asJson([job, list]: readonly [string, FoundProgram[]]) {
  const programs = list.map(({ program, path, version, isNeeded = false, purpose }) => {
    return { program, path, version, needed: isNeeded, purpose, install: installCommand([program]) };
  });
  return [job, programs] as const;
}

export const doctorTool: Tool = { spec, run };
