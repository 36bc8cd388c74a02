/** Runs a command that works for long outside a run folder: log, progress bar, signals, exit status. */
import { setMaxListeners } from 'node:events';
import type { LiveCommand, LiveState } from '../engine/live.js';
import { ExitStatus } from '../errors.js';
import { makeLog } from './log.js';
import { parse } from './parse.js';
import { errorText } from './print-error.js';
import { showsProgress } from './shows-progress.js';

/** Runs it to its end, or until a signal has ended it. */
export async function runLiveCommand(command: LiveCommand, args: string[]): Promise<number> {
  const { values, positionals } = await parse(command.spec, args);
  const quiet = values.quiet as boolean;
  const draws = showsProgress(values);
  const { log, close } = makeLog({
    level: values.logLevel as string,
    file: values.logFile as string | undefined,
    toStderr: !quiet && !draws && !process.stderr.isTTY,
  });
  const interrupt = new AbortController();
  // As many listen as there are transfers and programs at once.
  setMaxListeners(0, interrupt.signal);
  const stop = (signal: NodeJS.Signals) => interrupt.abort(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  let bar: Promise<() => void> | undefined;
  const hide = async () => (await bar)?.();
  try {
    const {
      text,
      json,
      failures = [],
      status,
    } = await command.work(values, positionals, {
      signal: interrupt.signal,
      log: (level, event, fields) => log[level](fields, event),
      show: (state) => {
        if (draws) bar = draw(state);
      },
    });
    await hide();
    process.stdout.write(values.json ? `${JSON.stringify(json)}\n` : quiet ? '' : text);
    for (const failure of failures) process.stderr.write(errorText(failure));
    if (!interrupt.signal.aborted) return status;
    process.stderr.write('gtk: interrupted; the same command goes on from there.\n');
    return interrupt.signal.reason === 'SIGTERM' ? ExitStatus.terminated : ExitStatus.interrupted;
  } catch (error) {
    await hide();
    if (!interrupt.signal.aborted) throw error;
    process.stderr.write('gtk: interrupted; the same command goes on from there.\n');
    return interrupt.signal.reason === 'SIGTERM' ? ExitStatus.terminated : ExitStatus.interrupted;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    close();
  }
}

/** Draws a bar until the returned function is called. */
async function draw(state: () => LiveState): Promise<() => void> {
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    format: `${process.env.NO_COLOR ? '{bar}' : '\x1b[36m{bar}\x1b[0m'} {value}/{total} | {words}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
    barsize: 24,
    noTTYOutput: true,
    notTTYSchedule: 2000,
  });
  const first = state();
  bar.start(first.total, first.done, { words: first.words });
  const timer = setInterval(() => {
    const { done, total, words } = state();
    bar.setTotal(total);
    bar.update(done, { words });
  }, 200);
  return () => {
    clearInterval(timer);
    bar.stop();
  };
}
