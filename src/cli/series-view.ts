/** What a user sees of a series while it runs: banners and a bar on a terminal, else JSON lines. */
import type { OptionValues } from '../engine/command.js';
import type { RunEvents } from '../engine/events.js';
import type { Series, SeriesItem } from '../engine/job.js';
import type { ItemReport } from './series-report.js';
import { showsProgress } from './shows-progress.js';

export interface SeriesView {
  started(item: SeriesItem, events: RunEvents): void;
  ended(report: ItemReport): void;
  stop(): void;
}

const RULE = '─'.repeat(60);

/** Chooses the view, and shows what the series begins with. */
export async function openView(values: OptionValues, series: Series): Promise<SeriesView> {
  return showsProgress(values) ? terminalView(series) : logView(values, series);
}

async function terminalView(series: Series): Promise<SeriesView> {
  const { showProgress } = await import('./progress.js');
  const say = (text: string) => process.stderr.write(`${text}\n`);
  for (const warning of series.warnings) say(`! ${warning}`);
  let stop = () => {};
  let number = 0;
  let running = 0;
  return {
    started: (item, events) => {
      number += 1;
      running += 1;
      say(`${RULE}\n[${number}/${series.items.length}] ${item.name}\n${item.input}\n${RULE}`);
      // Of several at once a bar each would overwrite one another; they are small.
      if (running === 1) stop = showProgress(events);
      else stop();
    },
    ended: ({ status, name, seconds, message }) => {
      stop();
      stop = () => {};
      if (status === 'SKIPPED') number += 1;
      else running -= 1;
      say(
        `${status === 'SUCCESS' ? '✓' : status === 'FAILED' ? '✗' : '–'} ${name} ${seconds.toFixed(1)} s  ${message}`,
      );
    },
    stop: () => stop(),
  };
}

async function logView(values: OptionValues, series: Series): Promise<SeriesView> {
  const { logEvents, makeLog } = await import('./log.js');
  const options = {
    level: values.logLevel as string,
    file: values.logFile as string | undefined,
    toStderr: !values.quiet,
  };
  const { log, close } = makeLog(options);
  for (const warning of series.warnings) log.warn(warning);
  let total = 0;
  return {
    started: (item, events) => {
      log.info({ dataset: item.name, input: item.input }, 'dataset');
      logEvents(events, log);
    },
    ended: ({ status, name, seconds, message }) => {
      total += 1;
      const fields = { dataset: name, status, seconds: Number(seconds.toFixed(2)), number: total };
      log[status === 'FAILED' ? 'error' : 'info'](fields, message);
    },
    stop: close,
  };
}
