/** Runs a command that answers at once. */
import type { AnswerCommand } from '../engine/job.js';
import { ExitStatus } from '../errors.js';
import { parse } from './parse.js';
import { errorText } from './print-error.js';

/** Prints the answer; failures of parts of it go to standard error. */
export async function runAnswerCommand(command: AnswerCommand, args: string[]): Promise<number> {
  const { values, positionals } = await parse(command.spec, args);
  const interrupt = new AbortController();
  const stop = (signal: NodeJS.Signals) => interrupt.abort(signal);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const { text, json, failures = [] } = await command.answer(values, positionals, interrupt.signal);
    process.stdout.write(values.json ? `${JSON.stringify(json)}\n` : text);
    for (const failure of failures) process.stderr.write(errorText(failure));
    return failures.length > 0 ? ExitStatus.someFailed : ExitStatus.done;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.stderr.write('gtk: interrupted; the same command goes on from there.\n');
    return interrupt.signal.reason === 'SIGTERM' ? ExitStatus.terminated : ExitStatus.interrupted;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
