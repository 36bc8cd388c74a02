import { checkedColumns } from './columns.js';
import { longestNumber, putDouble, putInteger, putUint64 } from './number-text.js';
import type { EncodedChunk, TableChunk, TableFormat, TableSchema } from './table.js';
import { isValid } from './utf8.js';

/** How a text format of one row a line differs from the others. All pieces are ASCII or UTF-8 bytes. */
export interface RowStyle {
  format: TableFormat;
  /** What stands before the value of each column. */
  before: Uint8Array[];
  /** What ends a row. */
  after: Uint8Array;
  /** What stands for null. */
  nothing: Uint8Array;
  /** Writes bytes `start` to `end` of `from` at `at`; returns where it stopped. */
  text(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number;
  /** The most bytes that {@link text} makes of n bytes is n × growth + 2. */
  growth: number;
  /** False: a double that is not finite is null as well, since the format cannot say it. */
  nonFinite: boolean;
}

/** Encodes a chunk row by row. */
export function encodeRows(style: RowStyle, schema: TableSchema, chunk: TableChunk): EncodedChunk {
  const columns = checkedColumns(schema, chunk).map((column, c) => ({
    kind: column.type,
    before: style.before[c]!,
    // One typed array of each type, so that the loop below sees one shape an access.
    u32: column.type === 'uint32' ? column.data : noIntegers,
    halves: column.type === 'uint64' ? halvesOf(column.data) : noIntegers,
    f64: column.type === 'float64' ? column.data : noDoubles,
    text: column.type === 'utf8' ? column.data : noText,
    nullable: column.spec.nullable,
  }));
  const textColumns = columns.filter(({ kind }) => kind === 'utf8');
  const { after, nothing, growth, nonFinite } = style;
  let fixed = after.length;
  let textBytes = 0;
  for (const { before, text, kind } of columns) {
    fixed += before.length + Math.max(nothing.length, kind === 'utf8' ? 2 : longestNumber);
    textBytes += text.offsets[text.offsets.length - 1]! - text.offsets[0]!;
  }
  let bytes = new Uint8Array(1024 + fixed + Math.ceil(textBytes * 1.1) + chunk.rows * columns.length * 9);
  let at = 0;
  for (let row = 0; row < chunk.rows; row++) {
    let needed = at + fixed;
    for (const { text } of textColumns) needed += (text.offsets[row + 1]! - text.offsets[row]!) * growth;
    if (needed > bytes.length) {
      const larger = new Uint8Array(Math.max(needed, Math.ceil(bytes.length * 1.5)));
      larger.set(bytes.subarray(0, at));
      bytes = larger;
    }
    for (let c = 0; c < columns.length; c++) {
      const column = columns[c]!;
      at = put(bytes, at, column.before);
      if (column.kind === 'uint32') {
        at = putInteger(bytes, at, column.u32[row]!);
      } else if (column.kind === 'float64') {
        const value = column.f64[row]!;
        const absent = nonFinite ? column.nullable && Number.isNaN(value) : !Number.isFinite(value);
        at = absent ? put(bytes, at, nothing) : putDouble(bytes, at, value);
      } else if (column.kind === 'uint64') {
        at = putUint64(bytes, at, column.halves[2 * row]!, column.halves[2 * row + 1]!);
      } else if (isValid(column.text.validity, row)) {
        const { offsets } = column.text;
        at = style.text(bytes, at, column.text.bytes, offsets[row]!, offsets[row + 1]!);
      } else {
        at = put(bytes, at, nothing);
      }
    }
    at = put(bytes, at, after);
  }
  return { format: style.format, rows: chunk.rows, bytes: bytes.subarray(0, at) };
}

const noIntegers = new Uint32Array(0);
const noDoubles = new Float64Array(0);
const noText = { bytes: new Uint8Array(0), offsets: new Uint32Array(1), validity: undefined };

function halvesOf(integers: BigUint64Array): Uint32Array {
  return new Uint32Array(integers.buffer, integers.byteOffset, integers.length * 2);
}

/** Copies a piece of at most a few dozen bytes; a call of set() would cost more than the loop. */
function put(bytes: Uint8Array, at: number, piece: Uint8Array): number {
  for (let i = 0; i < piece.length; i++) bytes[at + i] = piece[i]!;
  return at + piece.length;
}
