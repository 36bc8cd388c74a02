/** Runs a job on the engine and tells the user about it. */
import path from 'node:path';
import type { OptionValues } from '../engine/command.js';
import { RunEvents } from '../engine/events.js';
import type { JobCommand, RunCommand, RunIdentity } from '../engine/job.js';
import { LocalExecutor } from '../engine/local.js';
import type { WorkerPool } from '../engine/pool.js';
import { memoryBudget } from '../engine/resources.js';
import { type RunOutcome, runJob } from '../engine/run.js';
import { ExitStatus } from '../errors.js';
import { packageVersion } from '../root.js';
import { errorText } from './print-error.js';
import { showsProgress } from './shows-progress.js';

/** What stood on the command line. */
export interface Given {
  values: OptionValues;
  positionals: string[];
  /** As typed. */
  args: readonly string[];
}

/** Starts from the command line: prepares the inputs, then runs. */
export async function runJobCommand(command: RunCommand, given: Given, pool: WorkerPool): Promise<number> {
  const { values, positionals } = given;
  await checkEnvironment();
  const { options, inputs } = await command.prepare(values, positionals);
  const identity: RunIdentity = { command: command.spec.name, version: packageVersion(), options, inputs };
  if (values.dryRun) {
    const { dryRun } = await import('./dry-run.js');
    return dryRun(await command.loadJob(), identity, values, pool);
  }
  // What came through a pipe is gone.
  const again = inputs.some(({ once }) => once) ? undefined : repeated(command, given);
  return runIdentity(command, identity, values.out as string, values, pool, again);
}

/** A wrong word in the environment is told before anything is created. */
export async function checkEnvironment(): Promise<void> {
  if (process.env.GTK_KERNELS || process.env.GTK_SIMD) (await import('../kernels/addon.js')).kernelChoice();
}

/** The command that goes on where this one stopped: without --fresh, which would start over, and secrets. */
export function repeated({ spec }: JobCommand, { args }: Given): string {
  const secrets = spec.options.filter(({ secret }) => secret).map(({ name }) => `--${name}`);
  const words = args.filter((word, i) => {
    const isSecret = secrets.some(
      (name) => word === name || word.startsWith(`${name}=`) || args[i - 1] === name,
    );
    return word !== '--fresh' && !isSecret;
  });
  return ['gtk', spec.name, ...words.map(quote)].join(' ');
}

const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Runs, or goes on with, the run of that identity; `again` is the command that resumes it, if that can be. */
export async function runIdentity(
  command: JobCommand,
  identity: RunIdentity,
  out: string,
  values: OptionValues,
  pool: WorkerPool,
  again: string | undefined,
): Promise<number> {
  const events = new RunEvents();
  const reporter = await makeReporter(events, values);
  const interrupt = new AbortController();
  const stop = (signal: NodeJS.Signals) => interrupt.abort(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const memory = memoryBudget(values.memory as number | undefined);
    const outcome = await runJob({
      job: await command.loadJob(),
      identity,
      out,
      executor: new LocalExecutor(pool, memory, events.bytesRead),
      pool,
      memoryBudget: memory,
      fresh: Boolean(values.fresh),
      keepInterim: Boolean(values.keepInterim),
      keepGoing: Boolean(values.keepGoing),
      planOnly: Boolean(values.planOnly),
      events,
      signal: interrupt.signal,
    });
    reporter.stop();
    return outcome ? printOutcome(command, outcome, values) : printPlanned(out, values);
  } catch (error) {
    reporter.stop();
    if (!interrupt.signal.aborted) throw error;
    const hint = again
      ? `finished batches are kept. To resume: ${again}`
      : 'input from a pipe has to be given anew.';
    process.stderr.write(`gtk: interrupted; ${hint}\n`);
    return interrupt.signal.reason === 'SIGTERM' ? ExitStatus.terminated : ExitStatus.interrupted;
  } finally {
    reporter.stop();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

interface Reporter {
  stop(): void;
}

/** A progress bar on a terminal, else log lines; both only where they are wanted. */
async function makeReporter(events: RunEvents, values: OptionValues): Promise<Reporter> {
  const bar = showsProgress(values);
  const stops: (() => void)[] = [];
  if (bar) {
    const { showProgress } = await import('./progress.js');
    stops.push(showProgress(events));
  }
  if (values.logFile || (!bar && !values.quiet)) {
    const { logEvents, makeLog } = await import('./log.js');
    const toStderr = !bar && !values.quiet;
    const level = values.logLevel as string;
    const { log, close } = makeLog({ level, file: values.logFile as string | undefined, toStderr });
    logEvents(events, log);
    stops.push(close);
  }
  return {
    stop: () => {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

function printOutcome(command: JobCommand, outcome: RunOutcome, values: OptionValues): number {
  const status = outcome.failures.length > 0 ? ExitStatus.someFailed : ExitStatus.done;
  if (values.json) {
    const summary = { status: status === 0 ? 'done' : 'some failed', exit_status: status };
    const { outputs, upToDate, result } = outcome;
    process.stdout.write(
      `${JSON.stringify({ ...summary, up_to_date: upToDate, outputs, summary: result })}\n`,
    );
  } else if (!values.quiet) {
    process.stdout.write(command.print(outcome.result, values));
    const state = outcome.upToDate ? 'Already done, nothing was changed:' : 'Written:';
    process.stdout.write(
      `\n${state}\n${listed(outcome.outputs)
        .map((line) => `  ${line}\n`)
        .join('')}`,
    );
  }
  for (const { error } of outcome.failures) process.stderr.write(errorText(error));
  return status;
}

/** Files that are listed one by one. */
const LISTED = 30;

/** Output files; more than fit a screen are told by their folders. */
function listed(files: readonly string[]): string[] {
  if (files.length <= LISTED) return [...files];
  const folders = new Map<string, number>();
  for (const file of files) folders.set(path.dirname(file), (folders.get(path.dirname(file)) ?? 0) + 1);
  return [...folders].map(([folder, count]) => `${folder}: ${count} file${count === 1 ? '' : 's'}`);
}

function printPlanned(out: string, values: OptionValues): number {
  if (values.json) process.stdout.write(`${JSON.stringify({ status: 'planned', exit_status: 0, out })}\n`);
  else if (!values.quiet) process.stdout.write(`Planned in ${out}. To finish: gtk resume ${quote(out)}\n`);
  return ExitStatus.done;
}
