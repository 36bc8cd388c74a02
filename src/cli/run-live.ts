/** Runs a command that works for long outside a run folder: log, progress bar, signals, exit status. */
import { setMaxListeners } from 'node:events';
import type { OptionValues } from '../engine/command.js';
import type { Answer } from '../engine/job.js';
import type { LiveCommand, LiveState } from '../engine/live.js';
import { interruptible } from './interruptible.js';
import { parse } from './parse.js';
import { errorText } from './print-error.js';
import { showsProgress } from './shows-progress.js';

/** Runs it to its end, or until a signal has ended it. */
export async function runLiveCommand(command: LiveCommand, args: string[]): Promise<number> {
  const { values, positionals } = await parse(command.spec, args);
  const quiet = values.quiet as boolean;
  const draws = showsProgress(values);
  const log = await openLog(values, !quiet && !draws && !process.stderr.isTTY);
  let bar: Promise<() => void> | undefined;
  const hide = async () => {
    const drawn = await bar;
    bar = undefined;
    drawn?.();
  };
  const tell = ({ text, json }: Answer) => {
    process.stdout.write(values.json ? `${JSON.stringify(json)}\n` : quiet ? '' : text);
  };
  return interruptible(async (signal) => {
    // As many listen as there are transfers and programs at once.
    setMaxListeners(0, signal);
    try {
      const {
        text,
        json,
        failures = [],
        status,
        isService,
      } = await command.work(values, positionals, {
        signal,
        log: (level, event, fields) => log?.log[level](fields, event),
        tell,
        show: (state) => {
          if (draws) bar = draw(state);
        },
      });
      await hide();
      if (isService) return status;
      tell({ text, json });
      for (const failure of failures) process.stderr.write(errorText(failure));
      // What was done until then has been told.
      signal.throwIfAborted();
      return status;
    } finally {
      await hide();
      log?.close();
    }
  });
}

/** Where nobody is to read it, there is no log. Throws GTK_NOT_WRITABLE. */
async function openLog(values: OptionValues, toStderr: boolean) {
  const file = values.logFile as string | undefined;
  if (!toStderr && file === undefined) return undefined;
  const { makeLog } = await import('./log.js');
  return makeLog({ level: values.logLevel as string, file, toStderr });
}

/** How often the bar is drawn. */
const DRAW_MS = 200;

/** Draws a bar until the returned function is called. */
async function draw(state: () => LiveState): Promise<() => void> {
  const { makeBar } = await import('./bar.js');
  const bar = makeBar('{bar} {value}/{total} | {words}');
  const first = state();
  bar.start(first.total, first.done, { words: first.words });
  const timer = setInterval(() => {
    const { done, total, words } = state();
    bar.setTotal(total);
    bar.update(done, { words });
  }, DRAW_MS);
  return () => {
    clearInterval(timer);
    bar.stop();
  };
}
