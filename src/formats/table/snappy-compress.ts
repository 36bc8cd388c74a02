import { putVarint } from '../../kernels/delta-packed/varint.js';
import { copyBytes } from './copy-bytes.js';
import { greedyMatches } from './greedy-matches.js';

/**
 * Snappy without framing (Snappy compressed format description), as in Parquet: the length of the text, then
 * literals and copies, whose kind is in the lowest two bits.
 */
export function snappyCompress(text: Uint8Array): Uint8Array {
  // A literal's head is at most five bytes, and stands before four bytes that a copy of three stands for.
  const most = 32 + text.length + Math.ceil(text.length / 6);
  if (block.length < most) block = new Uint8Array(most);
  end = putVarint(block, 0, text.length);
  const from = greedyMatches(text, putMatch);
  putLiterals(text, from, text.length);
  return block.slice(0, end);
}

let block = new Uint8Array(0);
let end = 0;

const [LITERAL, NEAR_COPY, COPY] = [0, 1, 2];
/** The longest literal whose length is in its first byte; one of up to four bytes follows for more. */
const shortLiteral = 60;
const longestCopy = 64;
const leastCopy = 4;

function putMatch(text: Uint8Array, from: number, at: number, distance: number, length: number): void {
  putLiterals(text, from, at);
  let rest = length;
  while (rest > longestCopy) {
    // What is left over must be a copy too.
    const part = Math.min(longestCopy, rest - leastCopy);
    putCopy(distance, part);
    rest -= part;
  }
  putCopy(distance, rest);
}

function putCopy(distance: number, length: number): void {
  if (length < 12 && distance < 2048) {
    block[end++] = ((distance >>> 8) << 5) | ((length - leastCopy) << 2) | NEAR_COPY;
    block[end++] = distance;
    return;
  }
  block[end++] = ((length - 1) << 2) | COPY;
  block[end++] = distance;
  block[end++] = distance >>> 8;
}

function putLiterals(text: Uint8Array, from: number, to: number): void {
  const length = to - from;
  if (length === 0) return;
  if (length <= shortLiteral) {
    block[end++] = ((length - 1) << 2) | LITERAL;
  } else {
    const bytes = (39 - Math.clz32(length - 1)) >> 3;
    block[end++] = ((shortLiteral - 1 + bytes) << 2) | LITERAL;
    for (let i = 0; i < bytes; i++) block[end++] = (length - 1) >>> (8 * i);
  }
  end = copyBytes(block, end, text, from, length);
}
