/** `gtk task` and `gtk resume`: the same work as a run's own, from its folder, in any process. */
import type { CommandSpec, OptionSpec } from '../engine/command.js';
import { checkUnchanged } from '../engine/identity.js';
import type { RunIdentity } from '../engine/job.js';
import { WorkerPool } from '../engine/pool.js';
import { memoryBudget, workerCount } from '../engine/resources.js';
import { RunFolder, taskIdentity } from '../engine/run-folder.js';
import { loadTaskModule, runTask } from '../engine/task-runner.js';
import { ExitStatus, gtkError } from '../errors.js';
import { packageVersion } from '../root.js';
import { commonOptions } from './common-options.js';
import { parse } from './parse.js';
import { commandNames, findCommand, type Tool } from './registry.js';
import { runIdentity } from './run-job.js';

const pick = (...names: string[]): OptionSpec[] => commonOptions.filter(({ name }) => names.includes(name));

const runFolder = {
  name: 'RUN_FOLDER',
  summary: 'output folder of the run',
  required: true,
  variadic: false,
  path: true,
};

const taskSpec: CommandSpec = {
  name: 'task',
  summary: 'run one task of a planned run',
  description:
    'Runs one task of a run that was planned with --plan-only, or stopped, and leaves its batches in the run folder. Tasks may run in any order, at once, and on any machine that sees the folder and the inputs; one that is whole already is left alone.',
  positionals: [
    runFolder,
    { name: 'INDEX', summary: 'number of the task, from 0', required: true, variadic: false, path: false },
  ],
  options: pick('workers', 'memory', 'log-level'),
  engine: false,
  examples: [{ command: 'gtk task results/codon 3', does: 'the fourth task of that run' }],
};

const resumeSpec: CommandSpec = {
  name: 'resume',
  summary: 'finish a run from its folder',
  description:
    'Goes on with a run where it was stopped, without its command line: runs the tasks that are not whole and writes the final files.',
  positionals: [runFolder],
  options: [
    ...pick(
      'workers',
      'memory',
      'keep-interim',
      'keep-going',
      'json',
      'quiet',
      'progress',
      'log-level',
      'log-file',
    ),
    { name: 'top', kind: 'integer', placeholder: 'N', default: 30, min: 0, summary: 'rows printed' },
  ],
  engine: false,
  examples: [{ command: 'gtk resume results/codon', does: 'finishes what an earlier command began' }],
};

/** The run of a folder. Throws GTK_NO_RUN, or GTK_FOREIGN_RUN for another version's. */
function openRun(out: string): { folder: RunFolder; run: RunIdentity } {
  const folder = new RunFolder(out);
  const record = folder.readRun();
  if (!record || !commandNames().includes(record.command)) throw gtkError('GTK_NO_RUN', { folder: out });
  const { command, version, options, inputs } = record;
  if (version !== packageVersion())
    throw gtkError('GTK_FOREIGN_RUN', { folder: out, version, own: packageVersion() });
  return { folder, run: { command, version, options, inputs } };
}

/** The job that a run belongs to, and its command. */
function jobOf({ command }: RunIdentity) {
  const found = findCommand(command.split(' '));
  if (!('job' in found)) throw new Error(`${command} leaves no run folder`);
  return found;
}

const absolute = async (path: string) => (await import('node:path')).resolve(path);

async function task(args: string[]): Promise<number> {
  const { values, positionals } = await parse(taskSpec, args);
  const out = await absolute(positionals[0]!);
  const { folder, run } = openRun(out);
  const plan = folder.readPlan() ?? [];
  const index = Number(positionals[1]);
  const planned = /^\d+$/.test(positionals[1]!) ? plan[index] : undefined;
  if (!planned) throw gtkError('GTK_NO_TASK', { folder: out, index: positionals[1]!, tasks: plan.length });
  // Facts are lines of the plan too, with nothing to be done.
  if ('facts' in planned) return ExitStatus.done;
  if (!('task' in planned)) return ExitStatus.someFailed;
  const markers = folder.readMarkers().get(index) ?? [];
  const whole = folder.wholeBatches(markers, taskIdentity(run, index, planned.task));
  if (whole.at(-1)?.last) return ExitStatus.done;
  for (const input of run.inputs) checkUnchanged(input);
  await runTask(await loadTaskModule(jobOf(run).job), {
    out,
    run,
    index,
    task: planned.task,
    finished: whole.length,
    attempt: 1,
    threads: workerCount(values.workers as number | undefined),
    memoryBudget: memoryBudget(values.memory as number | undefined),
  });
  return ExitStatus.done;
}

async function resume(args: string[]): Promise<number> {
  const { values, positionals } = await parse(resumeSpec, args);
  const out = await absolute(positionals[0]!);
  const { run } = openRun(out);
  const { job, load } = jobOf(run);
  const command = await load();
  const pool = new WorkerPool(job);
  try {
    pool.threads = workerCount(values.workers as number | undefined);
    return await runIdentity(command, run, out, values, pool, `gtk resume ${positionals[0]}`);
  } finally {
    await pool.destroy();
  }
}

export const taskTool: Tool = { spec: taskSpec, run: task };
export const resumeTool: Tool = { spec: resumeSpec, run: resume };
