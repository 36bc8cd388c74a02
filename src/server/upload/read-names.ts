/** Names of reads: what of them both mates have in common, and digests of many of them in order. */

const SPACE = 32;
const SLASH = 47;
const DIGITS = 48;
const COLON = 58;

/** Bytes of a name that are shown to people. */
const SHOWN_BYTES = 80;

const HASH_START = 0x811c9dc5 | 0;
/** Odd, so that a step loses nothing. */
const FACTOR = 0x9e3779b1 | 0;

/** The digest of no names. */
export const DIGEST_START = HASH_START >>> 0;

/** Where the common part of a name ends, and which mate it says that it is: 1, 2, or something else. */
export function stemOf(text: Uint8Array, end: number): { stem: number; mate: number } {
  const last = text[end - 1]! - DIGITS;
  if (text[end - 2] === SLASH && (last === 1 || last === 2)) return { stem: end - 2, mate: last };
  // A comment as Illumina's programs write it: 1:N:0:ATCACG.
  const isTold = text[end] === SPACE && text[end + 2] === COLON;
  return { stem: end, mate: isTold ? text[end + 1]! - DIGITS : 0 };
}

/** A digest (32 bits, unsigned) carried on by one name. */
export function digestWith(digest: number, text: Uint8Array, start: number, end: number): number {
  return Math.imul(digest ^ hashOf(text, start, end), FACTOR) >>> 0;
}

/** The beginning of a name as text. */
export function shownName(text: Uint8Array, start: number, end: number): string {
  return Buffer.from(text.subarray(start, Math.min(end, start + SHOWN_BYTES))).toString();
}

/** The hash of a name; native/plain_reads.cc has the same. */
function hashOf(text: Uint8Array, start: number, end: number): number {
  let hash = HASH_START;
  let at = start;
  for (; end - at >= 4; at += 4) {
    const word = text[at]! | (text[at + 1]! << 8) | (text[at + 2]! << 16) | (text[at + 3]! << 24);
    hash = Math.imul(hash ^ word, FACTOR);
    hash ^= hash >>> 15;
  }
  for (; at < end; at += 1) hash = Math.imul(hash ^ text[at]!, FACTOR);
  return hash;
}
