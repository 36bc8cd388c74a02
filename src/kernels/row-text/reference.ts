import { longestNumber, putDouble, putInteger, putUint64 } from './number-text.js';
import { escapings } from './text.js';
import type { RowColumn, RowStyle, RowTextKernel } from './types.js';

/** The text of rows in TypeScript: what the native kernel must agree with. */
export const referenceRowText: RowTextKernel = { name: 'reference', encode };

function encode(style: RowStyle, columns: readonly RowColumn[], rows: number): Uint8Array<ArrayBuffer> {
  const places = columns.map((column, c) => {
    requireRows(column, rows);
    return {
      kind: column.type,
      before: style.before[c]!,
      // One typed array of each type, so that the loop below sees one shape an access.
      u32: column.type === 'uint32' ? column.data : noIntegers,
      halves: column.type === 'uint64' ? halvesOf(column.data) : noIntegers,
      f64: column.type === 'float64' ? column.data : noDoubles,
      text: column.type === 'utf8' ? column.data : noText,
      nullable: column.type === 'float64' && column.nullable,
    };
  });
  const textPlaces = places.filter(({ kind }) => kind === 'utf8');
  const { after, nothing, nonFinite } = style;
  const { put: putText, growth } = escapings[style.escaping];
  let fixed = after.length;
  let textBytes = 0;
  for (const { before, text, kind } of places) {
    fixed += before.length + Math.max(nothing.length, kind === 'utf8' ? 2 : longestNumber);
    textBytes += text.offsets[text.offsets.length - 1]! - text.offsets[0]!;
  }
  let bytes = new Uint8Array(1024 + fixed + Math.ceil(textBytes * 1.1) + rows * columns.length * 9);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let needed = at + fixed;
    for (const { text } of textPlaces) needed += (text.offsets[row + 1]! - text.offsets[row]!) * growth;
    if (needed > bytes.length) {
      const larger = new Uint8Array(Math.max(needed, Math.ceil(bytes.length * 1.5)));
      larger.set(bytes.subarray(0, at));
      bytes = larger;
    }
    for (const column of places) {
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
        at = putText(bytes, at, column.text.bytes, offsets[row]!, offsets[row + 1]!);
      } else {
        at = put(bytes, at, nothing);
      }
    }
    at = put(bytes, at, after);
  }
  return bytes.slice(0, at);
}

const noIntegers = new Uint32Array(0);
const noDoubles = new Float64Array(0);
const noText = { bytes: new Uint8Array(0), offsets: new Uint32Array(1), validity: undefined };

function requireRows(column: RowColumn, rows: number): void {
  if (column.type !== 'utf8') {
    if (column.data.length < rows) throw new RangeError(`a column has ${column.data.length} of ${rows} rows`);
    return;
  }
  const { bytes, offsets, validity } = column.data;
  if (offsets.length < rows + 1 || (validity && validity.length < (rows + 7) >> 3)) {
    throw new RangeError(`a column of text has fewer than ${rows} rows`);
  }
  for (let row = 0; row < rows; row++) {
    if (offsets[row]! > offsets[row + 1]!)
      throw new RangeError(`the text of row ${row} ends before it begins`);
  }
  if (offsets[rows]! > bytes.length) throw new RangeError('a column of text ends beyond its bytes');
}

function isValid(validity: Uint8Array | undefined, row: number): boolean {
  return validity === undefined || (validity[row >> 3]! & (1 << (row & 7))) !== 0;
}

function halvesOf(integers: BigUint64Array): Uint32Array {
  return new Uint32Array(integers.buffer, integers.byteOffset, integers.length * 2);
}

/** Copies a piece of at most a few dozen bytes; a call of set() would cost more than the loop. */
function put(bytes: Uint8Array, at: number, piece: Uint8Array): number {
  for (let i = 0; i < piece.length; i++) bytes[at + i] = piece[i]!;
  return at + piece.length;
}
