/** `--dry-run`: the plan as text, with nothing created. */
import type { OptionValues } from '../engine/command.js';
import type { Job, PlanContext, PlanFailure, RunIdentity, Task } from '../engine/job.js';
import { LocalExecutor } from '../engine/local.js';
import type { WorkerPool } from '../engine/pool.js';
import { memoryBudget } from '../engine/resources.js';
import { ExitStatus } from '../errors.js';

const SHOWN = 10;

/** Prints what a run would do. Reads the inputs as planning does. */
export async function dryRun(
  job: Job,
  identity: RunIdentity,
  values: OptionValues,
  pool: WorkerPool,
): Promise<number> {
  const tasks: Task[] = [];
  const failures: PlanFailure[] = [];
  const keepGoing = Boolean(values.keepGoing);
  const memory = memoryBudget(values.memory as number | undefined);
  const settings: Omit<PlanContext, keyof RunIdentity> = {
    workers: pool.threads,
    memoryBudget: memory,
    keepGoing,
    runPiece: (piece, input) => pool.runPiece(piece, input),
  };
  for await (const planned of job.plan({ ...identity, ...settings })) {
    if ('task' in planned) tasks.push(planned.task);
    else if ('failure' in planned) failures.push(planned.failure);
  }
  const executor = new LocalExecutor(pool, memory, new BigInt64Array(1));
  const bytes = identity.inputs.reduce((sum, input) => sum + input.bytes, 0);
  if (values.json) {
    const failed = failures.map(({ input, error }) => ({ path: identity.inputs[input]!.path, error }));
    const labels = tasks.map(({ label }) => label);
    const plan = { tasks: tasks.length, bytes, out: values.out, labels, failed_inputs: failed };
    process.stdout.write(`${JSON.stringify({ status: 'planned', exit_status: 0, plan })}\n`);
    return ExitStatus.done;
  }
  const lines = [
    `Would read ${plural(identity.inputs.length, 'input')}, ${plural(bytes, 'byte')}:`,
    ...identity.inputs.map((input) => `  ${input.path}`),
    `Would run ${executor.render({ out: String(values.out), identity }, tasks.length)}:`,
    ...tasks.slice(0, SHOWN).map(({ label }) => `  ${label}`),
    ...(tasks.length > SHOWN ? [`  … and ${tasks.length - SHOWN} more`] : []),
    ...failures.map(({ error }) => `Would leave out: ${error.message}`),
    `Would write to ${values.out}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return ExitStatus.done;
}

const plural = (count: number, noun: string) =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
