import { copyBytes } from './copy-bytes.js';
import { greedyMatches } from './greedy-matches.js';

/**
 * One LZ4 block (LZ4 Block Format Description), the codec LZ4_RAW of Parquet: sequences of a token, literals
 * and a match; the last one has literals alone.
 */
export function lz4Compress(text: Uint8Array): Uint8Array {
  // Literals take a byte more for every 255 of them; a match is never longer than what it stands for.
  const most = text.length + Math.ceil(text.length / 255) + 16;
  if (block.length < most) block = new Uint8Array(most);
  end = 0;
  const from = greedyMatches(text, putSequence);
  putLiterals(text, from, text.length, 0);
  return block.slice(0, end);
}

let block = new Uint8Array(0);
let end = 0;

/** Lengths up to this one fit into the token. */
const tokenMost = 15;
const leastMatch = 4;

function putSequence(text: Uint8Array, from: number, at: number, distance: number, length: number): void {
  const rest = length - leastMatch;
  putLiterals(text, from, at, Math.min(rest, tokenMost));
  block[end++] = distance;
  block[end++] = distance >>> 8;
  if (rest >= tokenMost) putLength(rest - tokenMost);
}

/** A token, whose lower half is `match`, and the bytes from `from` to `to`. */
function putLiterals(text: Uint8Array, from: number, to: number, match: number): void {
  const length = to - from;
  block[end++] = (Math.min(length, tokenMost) << 4) | match;
  if (length >= tokenMost) putLength(length - tokenMost);
  end = copyBytes(block, end, text, from, length);
}

/** What a token has no room for: 255 for as long as there is more. */
function putLength(length: number): void {
  let rest = length;
  for (; rest >= 255; rest -= 255) block[end++] = 255;
  block[end++] = rest;
}
