/**
 * Numbers as ASCII, straight into a byte buffer. Every function writes at `at`, without looking at the
 * buffer's length, and returns where it stopped.
 */

/** The most bytes that one number takes. */
export const longestNumber = 26;

/** An integer from 0 to 2^53, in decimal. */
export function putInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = 48 + value;
    return at + 1;
  }
  if (value < 100) {
    const tens = (value / 10) | 0;
    bytes[at] = 48 + tens;
    bytes[at + 1] = 48 + value - tens * 10;
    return at + 2;
  }
  // 32-bit arithmetic where it fits: the division of doubles is several times slower.
  if (value >= 2 ** 31) {
    const high = Math.floor(value / 1e9);
    return putPadded(bytes, putInteger(bytes, at, high), value - high * 1e9, 9);
  }
  let digits = 3;
  for (let limit = 1000; value >= limit && digits < 10; limit *= 10) digits++;
  return putPadded(bytes, at, value, digits);
}

function putPadded(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let rest = value | 0;
  for (let i = at + digits - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    bytes[i] = 48 + rest - tenth * 10;
    rest = tenth;
  }
  return at + digits;
}

/** The shortest decimal that reads back as the same double: what ECMAScript's Number::toString gives. */
export function putDouble(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0 && value < 2 ** 31 && value === (value | 0)) return putInteger(bytes, at, value);
  return putAscii(bytes, at, String(value));
}

/** An unsigned 64-bit integer given as its halves. */
export function putUint64(bytes: Uint8Array, at: number, low: number, high: number): number {
  if (high < 2 ** 21) return putInteger(bytes, at, high * 2 ** 32 + low);
  return putAscii(bytes, at, String((BigInt(high) << 32n) | BigInt(low)));
}

/** Text of ASCII characters. */
export function putAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}
