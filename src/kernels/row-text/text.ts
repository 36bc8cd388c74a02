import { putAscii } from './number-text.js';
import type { RowStyle } from './types.js';

const [TAB, LF, CR, SPACE, COMMA, QUOTE, BACKSLASH] = [9, 10, 13, 32, 44, 34, 92];

/** Writes bytes `start` to `end` of `from` at `at`, escaped; returns where it stopped. */
export type PutText = (to: Uint8Array, at: number, from: Uint8Array, start: number, end: number) => number;

/** The escaping of each kind, and how much longer it makes n bytes at most: n × growth + 2. */
export const escapings: Record<RowStyle['escaping'], { put: PutText; growth: number }> = {
  spaces: { put: putSpaced, growth: 1 },
  quotes: { put: putQuoted, growth: 2 },
  json: { put: putString, growth: 6 },
};

function putSpaced(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    const byte = from[i]!;
    to[at++] = byte === TAB || byte === LF || byte === CR ? SPACE : byte;
  }
  return at;
}

function putQuoted(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  let quoted = start === end;
  for (let i = start; i < end && !quoted; i++) {
    const byte = from[i]!;
    quoted = byte === COMMA || byte === QUOTE || byte === LF || byte === CR;
  }
  if (quoted) to[at++] = QUOTE;
  for (let i = start; i < end; i++) {
    const byte = from[i]!;
    if (byte === QUOTE) to[at++] = QUOTE;
    to[at++] = byte;
  }
  if (quoted) to[at++] = QUOTE;
  return at;
}

function putString(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  to[at++] = QUOTE;
  for (let i = start; i < end; i++) {
    const byte = from[i]!;
    if (byte === QUOTE || byte === BACKSLASH) to[at++] = BACKSLASH;
    if (byte < 32) at = putAscii(to, at, JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
    else to[at++] = byte;
  }
  to[at++] = QUOTE;
  return at;
}
