/** Events of runs as lines of the log. */
import type { Live } from '../engine/live.js';
import type { RnaEvent, RnaListener } from './events.js';

const levels: Partial<Record<RnaEvent['type'], 'debug' | 'info' | 'warn'>> = {
  start: 'info',
  index: 'info',
  batch: 'info',
  retry: 'warn',
  warning: 'warn',
  finish: 'info',
};

/** Logs what a person who watches wants to know; the rest at level debug. */
export function logEvents(live: Live): RnaListener {
  return (event) => {
    if (event.type !== 'end') {
      const { type, ...fields } = event;
      // The log has the number of the process in each line.
      if ('pid' in fields) Reflect.deleteProperty(fields, 'pid');
      live.log(levels[type] ?? 'debug', type, fields);
      return;
    }
    const { record } = event;
    const level = { done: 'info', failed: 'error', excluded: 'debug', skipped: 'debug' } as const;
    live.log(level[record.state], record.state, record);
  };
}
