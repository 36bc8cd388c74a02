import { checkedColumns } from './columns.js';
import type { ColumnData, PartSchema, TableChunk, Utf8Data } from './table.js';
import { isValid } from './utf8.js';

/** Rows `start` to `end` of a chunk: views, except that nulls and plain strings are copied. */
export function sliceChunk(schema: PartSchema, chunk: TableChunk, start: number, end: number): TableChunk {
  if (start === 0 && end === chunk.rows) return chunk;
  const columns = chunk.columns.map((data, i): ColumnData => {
    const spec = schema[i]!;
    if (Array.isArray(data)) return data.slice(start, end);
    if ('offsets' in data) return sliceText(data, start, end);
    const width = spec.type === 'uint32list' ? spec.width : 1;
    return (data as Uint32Array).subarray(start * width, end * width);
  });
  return { rows: end - start, columns };
}

function sliceText(data: Utf8Data, start: number, end: number): Utf8Data {
  const { offsets, validity } = data;
  return {
    ...data,
    offsets: offsets.subarray(start, end + 1),
    validity: validity && bits([data], end - start, start),
  };
}

/** The rows of several chunks as one. */
export function concatChunks(schema: PartSchema, chunks: readonly TableChunk[]): TableChunk {
  if (chunks.length === 1) return chunks[0]!;
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const checked = chunks.map((chunk) => checkedColumns(schema, chunk));
  const columns = schema.map((spec, i): ColumnData => {
    const pieces = checked.map((columns) => columns[i]!.data);
    if (spec.type === 'utf8') return concatText(pieces as Utf8Data[], rows);
    const length = rows * (spec.type === 'uint32list' ? spec.width : 1);
    if (spec.type === 'uint64') return joined(new BigUint64Array(length), pieces as BigUint64Array[]);
    if (spec.type === 'float64') return joined(new Float64Array(length), pieces as Float64Array[]);
    return joined(new Uint32Array(length), pieces as Uint32Array[]);
  });
  return { rows, columns };
}

function joined<A extends { set(piece: A, at: number): void; length: number }>(whole: A, pieces: A[]): A {
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function concatText(pieces: Utf8Data[], rows: number): Utf8Data {
  const used = pieces.map(({ bytes, offsets }) => bytes.subarray(offsets[0], offsets[offsets.length - 1]));
  const bytes = joined(new Uint8Array(used.reduce((sum, piece) => sum + piece.length, 0)), used);
  const offsets = new Uint32Array(rows + 1);
  let row = 0;
  let base = 0;
  for (const piece of pieces) {
    const first = piece.offsets[0]!;
    for (let i = 1; i < piece.offsets.length; i++) offsets[++row] = base + piece.offsets[i]! - first;
    base = offsets[row]!;
  }
  return {
    bytes,
    offsets,
    validity: pieces.some((piece) => piece.validity) ? bits(pieces, rows, 0) : undefined,
  };
}

/** Validity of `rows` rows, beginning with row `start` of the first piece. */
function bits(pieces: Utf8Data[], rows: number, start: number): Uint8Array {
  const validity = new Uint8Array((rows + 7) >> 3);
  let to = 0;
  for (const { offsets, validity: from } of pieces) {
    for (let i = start; i < offsets.length - 1 && to < rows; i++, to++) {
      if (isValid(from, i)) validity[to >> 3]! |= 1 << (to & 7);
    }
    start = 0;
  }
  return validity;
}
