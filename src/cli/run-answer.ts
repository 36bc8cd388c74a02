/** Runs a command that answers at once. */
import type { AnswerCommand } from '../engine/job.js';
import { ExitStatus } from '../errors.js';
import { interruptible } from './interruptible.js';
import { parse } from './parse.js';
import { errorText } from './print-error.js';

/** Prints the answer; failures of parts of it go to standard error. */
export async function runAnswerCommand(command: AnswerCommand, args: string[]): Promise<number> {
  const { values, positionals } = await parse(command.spec, args);
  return interruptible(async (signal) => {
    const { text, json, failures = [] } = await command.answer(values, positionals, signal);
    process.stdout.write(values.json ? `${JSON.stringify(json)}\n` : text);
    for (const failure of failures) process.stderr.write(errorText(failure));
    return failures.length > 0 ? ExitStatus.someFailed : ExitStatus.done;
  });
}
