/** Conditions of requests for files: validators and ranges (RFC 9110, sections 13 and 14). */
import type { IncomingHttpHeaders } from 'node:http';
import type { OpenFile } from './run-file.js';

/** What is to be sent of a file: nothing new, a part, all of it, or a part that is not there. */
export type Portion =
  | { status: 304 | 416 }
  /** From `start` to before `end`. */
  | { status: 200 | 206; start: number; end: number };

export function portionOf(headers: IncomingHttpHeaders, file: Omit<OpenFile, 'handle'>): Portion {
  if (isKnown(headers, file)) return { status: 304 };
  const whole: Portion = { status: 200, start: 0, end: file.size };
  if (headers.range === undefined || !isSame(headers['if-range'], file)) return whole;
  // Several ranges may be answered with the whole.
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/i.exec(headers.range.replaceAll(' ', '')) ?? [];
  if (first === '' && last === '') return whole;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return whole;
  const start = first === '' ? Math.max(0, file.size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? file.size : Math.min(file.size, Number(last) + 1);
  return start < end ? { status: 206, start, end } : { status: 416 };
}

/** Whether the client has this very file. */
function isKnown(headers: IncomingHttpHeaders, { tag, modified }: Omit<OpenFile, 'handle'>): boolean {
  const { 'if-none-match': tags, 'if-modified-since': since } = headers;
  if (tags !== undefined) {
    return tags.split(',').some((one) => ['*', `"${tag}"`].includes(one.trim().replace(/^W\//, '')));
  }
  return since !== undefined && seconds(modified) <= seconds(new Date(since));
}

/** Whether a part may be sent, since the client has the rest of this very file. */
function isSame(condition: string | string[] | undefined, file: Omit<OpenFile, 'handle'>): boolean {
  if (condition === undefined) return true;
  const text = String(condition).trim();
  return text.startsWith('"') ? text === `"${file.tag}"` : text === file.modified.toUTCString();
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
