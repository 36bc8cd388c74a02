/** From a command's name and arguments to an exit status. */
import { workerCount } from '../engine/resources.js';
import { gtkError } from '../errors.js';
import { didYouMean } from './nearest.js';
import { findCommand, jobs } from './registry.js';

export async function runCommand(words: readonly string[]): Promise<number> {
  const found = findCommand(words);
  if ('tool' in found) return (await found.tool()).run(found.args);
  if ('answer' in found) {
    const { runAnswerCommand } = await import('./run-answer.js');
    return runAnswerCommand(await found.answer(), found.args);
  }
  if ('live' in found) {
    const { runLiveCommand } = await import('./run-live.js');
    return runLiveCommand(await found.live(), found.args);
  }
  if ('group' in found) throw missingStep(found);
  // The first worker starts while the arguments are read and the inputs looked at; nothing that is loaded
  // meanwhile waits for anything else.
  const command = found.load();
  const loading = Promise.all([import('./parse.js'), command, import('./run-job.js')]);
  const { WorkerPool } = await import('../engine/pool.js');
  const pool = new WorkerPool(found.job);
  // Whatever it throws, the run itself will meet.
  const warming = command.then(({ warm }) => warm && pool.runPiece(warm, undefined));
  warming.catch(() => {});
  try {
    const [{ parse }, command, { runJobCommand }] = await loading;
    const { values, positionals } = await parse(command.spec, found.args);
    pool.threads = workerCount(values.workers as number | undefined);
    const given = { values, positionals, args: found.args };
    // The workers end with the process, which is over then.
    if (!('series' in command)) return await runJobCommand(command, given, pool);
    const { runSeriesCommand } = await import('./run-series.js');
    return await runSeriesCommand(command, given, pool);
  } catch (error) {
    await pool.destroy();
    throw error;
  }
}

/** The error for a job that is only the sum of its steps. */
function missingStep({ name, args: [word] }: { name: string; args: string[] }) {
  const steps = Object.keys(jobs[name]!.steps!);
  const hint = word === undefined ? '' : didYouMean(word, steps);
  const problem = `gtk ${name}: found ${word ?? 'nothing'} behind it${hint}; expected one of ${steps.join(', ')}`;
  return gtkError('GTK_USAGE', { problem, command: `gtk ${name}` });
}
