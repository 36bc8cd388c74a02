/** What becomes of each cell, and which Parquet file it goes to. */
import type { Block, Side } from './options.js';

/** Codes of a cell: left out, or the side with the number below. */
export const DROPPED = 0;

/** The sides by their codes less one. */
export function sideNames(split: boolean): readonly Side[] {
  return split ? ['train', 'test'] : ['all'];
}

/** The folder of a side's files, in the output folder. */
export function sideFolder(side: Side): string {
  return side === 'all' ? 'chunks' : `${side}/chunks`;
}

export const chunkName = (chunk: number) => `chunk_${String(chunk).padStart(4, '0')}.parquet`;

export const isChunkName = (name: string) => /^chunk_\d{4,}\.parquet$/.test(name);

/** Codes of 0 to 3, four in a byte, as base64. */
export function packSides(codes: Uint8Array): string {
  const bytes = Buffer.alloc((codes.length + 3) >> 2);
  for (let i = 0; i < codes.length; i++) bytes[i >> 2]! |= codes[i]! << (2 * (i & 3));
  return bytes.toString('base64');
}

/** The inverse of {@link packSides} for `count` codes. */
export function unpackSides(packed: string, count: number): Uint8Array {
  const bytes = Buffer.from(packed, 'base64');
  return Uint8Array.from({ length: count }, (_, i) => (bytes[i >> 2]! >> (2 * (i & 3))) & 3);
}

/** Cells of a block that go into one file. */
export interface PieceRows {
  side: Side | 'interim';
  chunk: number;
  /** Cells by their numbers within the block. */
  rows: Uint32Array;
}

/**
 * Cuts a block's cells into pieces: by side, and where a file is full.
 *
 * @param interim also makes pieces of all kept cells
 */
export function piecesOf(
  block: Block,
  { split, chunkSize, interim }: { split: boolean; chunkSize: number; interim: boolean },
): PieceRows[] {
  const codes = unpackSides(block.sides, block.end - block.start);
  const pieces = sideNames(split).flatMap((side, i) => {
    const rows = rowsWhere(codes, (code) => code === i + 1);
    return cut(side, rows, block.before[i + 1]!, chunkSize);
  });
  if (!interim) return pieces;
  const kept = rowsWhere(codes, (code) => code !== DROPPED);
  return [...pieces, ...cut('interim', kept, block.before[1] + block.before[2], chunkSize)];
}

function rowsWhere(codes: Uint8Array, wanted: (code: number) => boolean): Uint32Array {
  const rows = new Uint32Array(codes.length);
  let count = 0;
  for (let i = 0; i < codes.length; i++) if (wanted(codes[i]!)) rows[count++] = i;
  return rows.slice(0, count);
}

function cut(side: PieceRows['side'], rows: Uint32Array, before: number, chunkSize: number): PieceRows[] {
  const pieces: PieceRows[] = [];
  for (let at = 0; at < rows.length; ) {
    const position = before + at;
    const length = Math.min(rows.length - at, chunkSize - (position % chunkSize));
    pieces.push({ side, chunk: Math.floor(position / chunkSize), rows: rows.subarray(at, at + length) });
    at += length;
  }
  return pieces;
}
