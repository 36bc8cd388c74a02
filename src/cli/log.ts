/** The log: every event of a run as one pino JSON line. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Logger, pino } from 'pino';
import type { RunEvent, RunEvents } from '../engine/events.js';
import { gtkError } from '../errors.js';

/** How much each event matters. */
export const LEVELS: Record<RunEvent['type'], 'debug' | 'info' | 'warn' | 'error'> = {
  start: 'info',
  planned: 'info',
  facts: 'info',
  'task-start': 'debug',
  'task-done': 'debug',
  'task-retry': 'warn',
  'task-failed': 'error',
  'input-failed': 'error',
  aggregate: 'info',
};

/** A log to standard error, to a file, to both or to neither. Throws GTK_NOT_WRITABLE. */
export function makeLog(options: { level: string; file: string | undefined; toStderr: boolean }): {
  log: Logger;
  close: () => void;
} {
  const { level, file, toStderr } = options;
  const destinations = [
    ...(toStderr ? [pino.destination({ dest: 2, sync: true })] : []),
    ...(file ? [openLog(file)] : []),
  ];
  const streams = destinations.map((stream) => ({ stream, level: level as 'info' }));
  const broken = new Set<unknown>();
  for (const destination of destinations) {
    destination.on('error', (error: Error) => {
      // The run is worth more than its log: it goes on, and the user is told once.
      if (broken.size === 0 && file) {
        const { message, remedy } = gtkError('GTK_NOT_WRITABLE', { path: file, reason: error.message });
        process.stderr.write(`gtk: ${message}\n     ${remedy}\n`);
      }
      broken.add(destination);
    });
  }
  return {
    log: pino({ level, base: { pid: process.pid } }, pino.multistream(streams)),
    close: () => {
      for (const destination of destinations) {
        // Flushed, lines that cannot be written would be tried for ever.
        if (broken.has(destination)) destination.destroy();
        else destination.flushSync();
      }
    },
  };
}

/** Logs every event from now on. */
export function logEvents(events: RunEvents, log: Logger): void {
  events.listen(({ type, ...fields }) => log[LEVELS[type]](fields, type));
}

/** A file of the log, appended to. */
export function openLog(file: string) {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    return pino.destination({ dest: file, sync: true });
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path: file, reason: (error as Error).message }, error);
  }
}
