import { putVarint } from '../../kernels/delta-packed/varint.js';

/**
 * The hybrid of runs and packed bits (parquet.apache.org/docs/file-format/data-pages/encodings, "Run Length
 * Encoding / Bit-Packing Hybrid"): where a value comes at least eight times on end it is written once, what
 * lies between is packed in groups of eight.
 */

const group = 8;
const longestVarint = 5;

/** The most bytes that `count` values take. */
export function hybridBound(count: number, width: number): number {
  // Every stretch but the last has a group of values or more, and a head of its own.
  return (Math.ceil(count / group) + 1) * (longestVarint + Math.max(width, 4));
}

/**
 * Writes values from 0 to 2^width - 1.
 *
 * @param width from 1 to 31 bits
 * @returns where it stopped
 */
export function putHybrid(to: Uint8Array, at: number, values: Int32Array, width: number): number {
  const count = values.length;
  let packed = 0;
  for (let start = 0; start < count; ) {
    const value = values[start]!;
    let end = start + 1;
    while (end < count && values[end] === value) end++;
    // Only the very last group may have fewer values, so a run first fills the group before it.
    const first = packed + Math.ceil((start - packed) / group) * group;
    if (end - first >= group) {
      at = putPacked(to, at, values, packed, first, width);
      at = putVarint(to, at, (end - first) << 1);
      for (let shift = 0; shift < width; shift += 8) to[at++] = value >>> shift;
      packed = end;
    }
    start = end;
  }
  return putPacked(to, at, values, packed, count, width);
}

/** Lowest bits first; zeros fill the last group. */
function putPacked(
  to: Uint8Array,
  at: number,
  values: Int32Array,
  start: number,
  end: number,
  width: number,
): number {
  if (start === end) return at;
  const groups = Math.ceil((end - start) / group);
  at = putVarint(to, at, (groups << 1) | 1);
  let word = 0;
  let used = 0;
  for (let i = start; i < start + groups * group; i++) {
    const value = i < end ? values[i]! : 0;
    word |= value << used;
    used += width;
    if (used < 32) continue;
    to[at] = word;
    to[at + 1] = word >>> 8;
    to[at + 2] = word >>> 16;
    to[at + 3] = word >>> 24;
    at += 4;
    used -= 32;
    // A shift by 32 would be one by 0.
    word = used === 0 ? 0 : value >>> (width - used);
  }
  for (; used > 0; used -= 8) {
    to[at++] = word;
    word >>>= 8;
  }
  return at;
}
