import { putAscii } from './number-text.js';
import { encodeRows, type RowStyle } from './row-text.js';
import type { Assembler, EncodedChunk, TableChunk, TableSchema } from './table.js';

/**
 * JSON: an array of objects, one row a line. Null, NaN and the infinities are `null`; integers are written
 * in full, so that a reader with 64-bit integers gets them exactly.
 */

const encoder = new TextEncoder();
const [QUOTE, BACKSLASH] = [34, 92];
const separator = encoder.encode(',\n');

/** Encodes rows as objects, each followed by a comma and a line end. */
export function encodeJson(schema: TableSchema, chunk: TableChunk): EncodedChunk {
  const style: RowStyle = {
    format: 'json',
    before: schema.map(({ name }, c) => encoder.encode(`${c === 0 ? '{' : ','}${JSON.stringify(name)}:`)),
    after: encoder.encode('},\n'),
    nothing: encoder.encode('null'),
    text: putString,
    growth: 6,
    nonFinite: false,
  };
  return encodeRows(style, schema, chunk);
}

/** Brackets around the rows, and no comma after the last one. */
export function jsonAssembler(): Assembler {
  let rows = 0;
  return {
    head: () => encoder.encode('['),
    place: (chunk) => {
      if (chunk.rows === 0) return [];
      const pieces = [
        rows === 0 ? encoder.encode('\n') : separator,
        chunk.bytes.subarray(0, -separator.length),
      ];
      rows += chunk.rows;
      return pieces;
    },
    tail: () => encoder.encode(rows === 0 ? ']\n' : '\n]\n'),
  };
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
