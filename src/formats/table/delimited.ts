import { type RowStyle, rowTextKernel } from '../../kernels/row-text/index.js';
import { encodeRows } from './row-text.js';
import type { Assembler, EncodedChunk, TableChunk, TableSchema } from './table.js';
import { utf8FromStrings } from './utf8.js';

/**
 * TSV and CSV: a header line, then one row a line, LF line ends, UTF-8 without byte order mark. Numbers
 * have the shortest form that reads back the same; null is empty.
 *
 * TSV has no quoting: a tab, CR or LF inside text becomes a space. CSV quotes as RFC 4180 does, and
 * quotes an empty string, since an empty field means null.
 */

const [TAB, LF, COMMA] = [9, 10, 44];

/** Encodes rows as lines, without header. */
export function encodeDelimited(format: 'tsv' | 'csv', schema: TableSchema, chunk: TableChunk): EncodedChunk {
  return encodeRows(format, delimitedStyle(format, schema.length), schema, chunk);
}

/** Header line first, lines after. */
export function delimitedAssembler(format: 'tsv' | 'csv', schema: TableSchema): Assembler {
  return {
    head: () => headerLine(format, schema),
    place: (chunk) => [chunk.bytes],
    tail: () => new Uint8Array(0),
  };
}

function delimitedStyle(format: 'tsv' | 'csv', columns: number): RowStyle {
  const delimiter = Uint8Array.of(format === 'tsv' ? TAB : COMMA);
  const none = new Uint8Array(0);
  return {
    before: Array.from({ length: columns }, (_, c) => (c === 0 ? none : delimiter)),
    after: Uint8Array.of(LF),
    nothing: none,
    escaping: format === 'tsv' ? 'spaces' : 'quotes',
    nonFinite: true,
  };
}

/** The names as a row of text. */
function headerLine(format: 'tsv' | 'csv', schema: TableSchema): Uint8Array {
  const names = schema.map(({ name }) => ({ type: 'utf8', data: utf8FromStrings([name]) }) as const);
  return rowTextKernel().encode(delimitedStyle(format, schema.length), names, 1);
}
