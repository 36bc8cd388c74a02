/** The logs of one item of a series: `NAME/pipeline.json`, a JSON line an event, and the same to be read. */
import path from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { OptionValues } from '../engine/command.js';
import type { RunEvent, RunEvents } from '../engine/events.js';
import { makeFolder } from '../engine/folders.js';
import type { LogLine, SeriesItem, SeriesLog } from '../engine/job.js';
import { type ErrorRecord, type GtkError, gtkError } from '../errors.js';
import { LEVELS, openLog } from './log.js';
import { clock } from './series-report.js';

export interface ItemLog {
  /** As all methods but the last two, throws GTK_NOT_WRITABLE, once. */
  write: SeriesLog;
  result(lines: readonly LogLine[]): void;
  /** From here on, a log that cannot be written is no error any more. */
  failed(error: ErrorRecord): void;
  /** Writes the last line; `seconds` is how long the item took. */
  close(seconds: number): void;
}

/** Opens the logs and writes every event of the item's run. Throws GTK_NOT_WRITABLE. */
export function openItemLog(
  logs: string,
  item: SeriesItem,
  events: RunEvents,
  { logLevel }: OptionValues,
): ItemLog {
  const folder = path.join(logs, item.name);
  makeFolder(folder);
  let failure: GtkError | undefined;
  let isTold = false;
  const open = (name: string) => {
    const file = path.join(folder, name);
    const stream = openLog(file);
    // Thrown from here it could be lost within the stream.
    stream.on('error', (error: Error) => {
      failure ??= gtkError('GTK_NOT_WRITABLE', { path: file, reason: error.message }, error);
    });
    return stream;
  };
  const json = open('pipeline.json');
  const text = open('pipeline.log');
  const level = logLevel as 'info';
  const readable = new Writable({
    write: (line: Buffer, _encoding, done) => {
      text.write(asText(line));
      done();
    },
  });
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.multistream([
      { stream: json, level },
      { stream: readable, level },
    ]),
  );
  const line = (level: (typeof LEVELS)[RunEvent['type']], fields: object, message: string) => {
    log[level](fields, message);
    // A full disk is told once, and only as long as the item can still fail of it.
    if (!failure || isTold) return;
    isTold = true;
    throw failure;
  };
  line('info', { input: item.input, output: item.out }, item.name);
  events.listen(({ type, ...fields }) => {
    if ('facts' in fields) {
      const { name, ...facts } = fields.facts as { name: string };
      line('info', facts, name);
    } else line(LEVELS[type], fields, type);
  });
  return {
    write: (message, fields = {}) => line('info', fields, message),
    result: (lines) => {
      for (const { message, fields, isWarning } of lines) line(isWarning ? 'warn' : 'info', fields, message);
    },
    failed: ({ code, message, remedy }) => {
      isTold = true;
      line('error', { code, remedy }, message);
    },
    close: (seconds) => {
      isTold = true;
      line('info', { seconds: Number(seconds.toFixed(2)), time_taken: clock(seconds) }, 'end');
      for (const stream of [json, text]) {
        // Flushed, lines that cannot be written would be tried for ever.
        if (failure) stream.destroy();
        else {
          stream.flushSync();
          stream.end();
        }
      }
    },
  };
}

/** One JSON line as words: time, level, message, then its fields. */
function asText(line: Buffer): string {
  const { time, level, msg, ...fields } = JSON.parse(line.toString()) as Record<string, unknown>;
  const shown = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${time} ${String(level).toUpperCase().padEnd(5)} ${[msg, ...shown].join(' ')}\n`;
}
