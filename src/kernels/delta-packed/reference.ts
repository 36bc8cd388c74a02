import type { DeltaPackedKernel } from './types.js';
import { putVarint, zigzag } from './varint.js';

/** The encoding in TypeScript: what the native kernel must agree with. */
export const referenceDeltaPacked: DeltaPackedKernel = {
  name: 'reference',
  encode(values) {
    const bytes = new Uint8Array(bound(values.length));
    return bytes.subarray(0, putDeltaPacked(bytes, 0, values));
  },
};

const blockValues = 128;
const miniblocks = 4;
const miniblockValues = blockValues / miniblocks;
const longestVarint = 5;

const deltas = new Int32Array(blockValues);

/** The most bytes that `count` values take. */
function bound(count: number): number {
  return 4 * longestVarint + Math.ceil(count / blockValues) * (longestVarint + miniblocks + 4 * blockValues);
}

function putDeltaPacked(to: Uint8Array, at: number, values: Uint32Array): number {
  const count = values.length;
  at = putVarint(to, at, blockValues);
  at = putVarint(to, at, miniblocks);
  at = putVarint(to, at, count);
  at = putVarint(to, at, zigzag(count === 0 ? 0 : values[0]! | 0));
  for (let start = 1; start < count; start += blockValues) {
    const length = Math.min(blockValues, count - start);
    let least = 2 ** 31 - 1;
    for (let i = 0; i < length; i++) {
      // Differences wrap around in two's complement, as the format asks.
      const delta = (values[start + i]! - values[start + i - 1]!) | 0;
      deltas[i] = delta;
      if (delta < least) least = delta;
    }
    for (let i = 0; i < length; i++) deltas[i] = deltas[i]! - least;
    deltas.fill(0, length);
    at = putVarint(to, at, zigzag(least));
    const widths = at;
    at += miniblocks;
    for (let mini = 0; mini < miniblocks; mini++) {
      const width = widthOf(mini * miniblockValues);
      to[widths + mini] = width;
      at = putPacked(to, at, mini * miniblockValues, width);
    }
  }
  return at;
}

/** Bits that the largest of a miniblock's differences takes. */
function widthOf(start: number): number {
  let all = 0;
  for (let i = start; i < start + miniblockValues; i++) all |= deltas[i]!;
  return 32 - Math.clz32(all);
}

/** Packs 32 values, lowest bits first: exactly `width` words of 32 bits. */
function putPacked(to: Uint8Array, at: number, start: number, width: number): number {
  if (width === 0) return at;
  let word = 0;
  let used = 0;
  for (let i = start; i < start + miniblockValues; i++) {
    const value = deltas[i]!;
    word |= value << used;
    used += width;
    if (used >= 32) {
      to[at] = word;
      to[at + 1] = word >>> 8;
      to[at + 2] = word >>> 16;
      to[at + 3] = word >>> 24;
      at += 4;
      used -= 32;
      // A shift by 32 would be one by 0.
      word = used === 0 ? 0 : value >>> (width - used);
    }
  }
  return at;
}
