/** The log: every event of a run as one pino JSON line. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import type { RunEvent, RunEvents } from '../engine/events.js';
import { gtkError } from '../errors.js';

const LEVELS: Record<RunEvent['type'], 'debug' | 'info' | 'warn' | 'error'> = {
  start: 'info',
  planned: 'info',
  'task-start': 'debug',
  'task-done': 'debug',
  'task-retry': 'warn',
  'task-failed': 'error',
  'input-failed': 'error',
  aggregate: 'info',
};

/** Logs to standard error, to a file, or to both, until the returned function is called. */
export function logEvents(
  events: RunEvents,
  level: string,
  file: string | undefined,
  toStderr: boolean,
): () => void {
  const destinations = [
    ...(toStderr ? [pino.destination({ dest: 2, sync: true })] : []),
    ...(file ? [openLog(file)] : []),
  ];
  const streams = destinations.map((stream) => ({ stream, level: level as 'info' }));
  const log = pino({ level, base: { pid: process.pid } }, pino.multistream(streams));
  events.listen(({ type, ...fields }) => log[LEVELS[type]](fields, type));
  return () => {
    for (const destination of destinations) destination.flushSync();
  };
}

function openLog(file: string) {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    return pino.destination({ dest: file, sync: true });
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path: file, reason: (error as Error).message }, error);
  }
}
