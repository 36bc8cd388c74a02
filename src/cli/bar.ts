/** Bars that show progress on standard error. */
import cliProgress from 'cli-progress';

/** @param line what is drawn: `{bar}`, and in braces the names of values */
export function makeBar(line: string): cliProgress.SingleBar {
  // An empty value counts as none: no-color.org.
  const bar = process.env.NO_COLOR ? '{bar}' : '\x1b[36m{bar}\x1b[0m';
  return new cliProgress.SingleBar({
    format: line.replace('{bar}', bar),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
    barsize: 24,
    // Where it was asked for although there is no terminal: a line now and then.
    noTTYOutput: true,
    notTTYSchedule: 2000,
  });
}
