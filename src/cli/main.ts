#!/usr/bin/env node
/** The program `gtk`: finds the command and runs it. Nothing is loaded before it is known to be needed. */
import { ExitStatus } from '../errors.js';
import { packageVersion } from '../root.js';

async function main(args: string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === '--version' || first === '-V') {
    process.stdout.write(`${packageVersion()}\n`);
    return ExitStatus.done;
  }
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const { mainHelp, commandHelp } = await import('./help.js');
    const topic = first === 'help' && rest.length > 0 ? rest.join(' ') : undefined;
    const text = topic === undefined ? mainHelp() : await commandHelp(topic);
    // Without a command there is no result, so nothing belongs on standard output.
    (first === undefined ? process.stderr : process.stdout).write(text);
    return first === undefined ? ExitStatus.usage : ExitStatus.done;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    const [{ commandHelp }, { findCommand }] = await Promise.all([
      import('./help.js'),
      import('./registry.js'),
    ]);
    process.stdout.write(await commandHelp(findCommand(args).name));
    return ExitStatus.done;
  }
  const { runCommand } = await import('./run-command.js');
  return runCommand(args);
}

// A reader that has seen enough closes the pipe; that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? ExitStatus.done : ExitStatus.environment);
  });
}

/** Ends the process once all it printed is out; idle workers would keep it a few milliseconds longer. */
async function end(status: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise((resolve) => stream.write('', resolve));
  }
  process.exit(status);
}

// What waits for something that never comes is not done.
process.exitCode = ExitStatus.internal;
main(process.argv.slice(2)).then(end, async (error) => {
  const { reportError } = await import('./print-error.js');
  await end(reportError(error, process.argv.slice(2)));
});
