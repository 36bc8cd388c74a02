/** `gtk doctor`: what gtk has to work with here, and what a job lacks. */
import { statfsSync } from 'node:fs';
import os from 'node:os';
import type { CommandSpec } from '../engine/command.js';
import { memoryBudget, memoryLimit, workerCount } from '../engine/resources.js';
import { ExitStatus, gtkError } from '../errors.js';
import { kernelChoice } from '../kernels/addon.js';
import { packageVersion } from '../root.js';
import { parse } from './parse.js';
import { jobs, type Tool } from './registry.js';

const spec: CommandSpec = {
  name: 'doctor',
  summary: 'show what gtk has to work with and what is missing',
  description:
    'Lists the versions, kernels, memory and disk that gtk finds, and the external programs of each job with the command that installs those which are missing. With the name of a job, ends with status 4 if that job lacks anything.',
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
  examples: [{ command: 'gtk doctor codon', does: 'is everything there for gtk codon?' }],
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

async function run(args: string[]): Promise<number> {
  const { values, positionals } = await parse(spec, args);
  const [job] = positionals;
  if (job !== undefined && !Object.hasOwn(jobs, job)) {
    const problem = `No such job: ${job}; expected one of ${Object.keys(jobs).join(', ')}`;
    throw gtkError('GTK_USAGE', { problem, command: 'gtk doctor' });
  }
  const found = findings();
  if (values.json) process.stdout.write(`${JSON.stringify({ ...found, programs: {} }, null, 2)}\n`);
  else {
    for (const [name, value] of Object.entries(found)) process.stdout.write(`${name.padEnd(12)}${value}\n`);
    for (const name of job ? [job] : Object.keys(jobs)) {
      process.stdout.write(`${`gtk ${name}`.padEnd(12)}ready; it needs no external program\n`);
    }
  }
  return ExitStatus.done;
}

export const doctorTool: Tool = { spec, run };
