import type { RowStyle } from '../../kernels/row-text/index.js';
import { encodeRows } from './row-text.js';
import type { Assembler, EncodedChunk, TableChunk, TableSchema } from './table.js';

/**
 * JSON: an array of objects, one row a line. Null, NaN and the infinities are `null`; integers are written
 * in full, so that a reader with 64-bit integers gets them exactly.
 */

const encoder = new TextEncoder();
const separator = encoder.encode(',\n');

/** Encodes rows as objects, each followed by a comma and a line end. */
export function encodeJson(schema: TableSchema, chunk: TableChunk): EncodedChunk {
  const style: RowStyle = {
    before: schema.map(({ name }, c) => encoder.encode(`${c === 0 ? '{' : ','}${JSON.stringify(name)}:`)),
    after: encoder.encode('},\n'),
    nothing: encoder.encode('null'),
    escaping: 'json',
    nonFinite: false,
  };
  return encodeRows('json', style, schema, chunk);
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
