import { encodeRows, type RowStyle } from './row-text.js';
import type { Assembler, EncodedChunk, TableChunk, TableSchema } from './table.js';

/**
 * TSV and CSV: a header line, then one row a line, LF line ends, UTF-8 without byte order mark. Numbers
 * have the shortest form that reads back the same; null is empty.
 *
 * TSV has no quoting: a tab, CR or LF inside text becomes a space. CSV quotes as RFC 4180 does, and
 * quotes an empty string, since an empty field means null.
 */

const encoder = new TextEncoder();
const [TAB, LF, CR, SPACE, COMMA, QUOTE] = [9, 10, 13, 32, 44, 34];

/** Encodes rows as lines, without header. */
export function encodeDelimited(format: 'tsv' | 'csv', schema: TableSchema, chunk: TableChunk): EncodedChunk {
  return encodeRows(delimitedStyle(format, schema), schema, chunk);
}

/** Header line first, lines after. */
export function delimitedAssembler(format: 'tsv' | 'csv', schema: TableSchema): Assembler {
  return {
    head: () => headerLine(format, schema),
    place: (chunk) => [chunk.bytes],
    tail: () => new Uint8Array(0),
  };
}

function delimitedStyle(format: 'tsv' | 'csv', schema: TableSchema): RowStyle {
  const delimiter = Uint8Array.of(format === 'tsv' ? TAB : COMMA);
  return {
    format,
    before: schema.map((_, c) => (c === 0 ? new Uint8Array(0) : delimiter)),
    after: Uint8Array.of(LF),
    nothing: new Uint8Array(0),
    text: format === 'tsv' ? putSpaced : putQuoted,
    growth: format === 'tsv' ? 1 : 2,
    nonFinite: true,
  };
}

function headerLine(format: 'tsv' | 'csv', schema: TableSchema): Uint8Array {
  const names = schema.map(({ name }) => {
    const from = encoder.encode(name);
    const to = new Uint8Array(2 * from.length + 2);
    const put = format === 'tsv' ? putSpaced : putQuoted;
    const length = put(to, 0, from, 0, from.length);
    return Buffer.from(to.subarray(0, length)).toString();
  });
  return encoder.encode(`${names.join(format === 'tsv' ? '\t' : ',')}\n`);
}

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
