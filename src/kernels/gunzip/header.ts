/** The header of a gzip member (RFC 1952, section 2.3). */
import { crc32 } from 'node:zlib';

const FIXED_BYTES = 10;
const DEFLATE = 8;
const flag = { crc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };

/**
 * Bytes of the header at the start of `input`; undefined if it goes on behind its end; what is wrong with it, in
 * the words of zlib.
 */
export function memberHeader(input: Uint8Array): number | string | undefined {
  const [first, second, method, flags = 0] = input;
  if ((first ?? 0x1f) !== 0x1f || (second ?? 0x8b) !== 0x8b) return 'incorrect header check';
  if ((method ?? DEFLATE) !== DEFLATE) return 'unknown compression method';
  if (flags & flag.reserved) return 'unknown header flags set';
  let end = FIXED_BYTES;
  if (flags & flag.extra) {
    if (input.length < end + 2) return undefined;
    end += 2 + input[end]! + 256 * input[end + 1]!;
  }
  for (const text of [flag.name, flag.comment]) {
    if (!(flags & text)) continue;
    const zero = input.indexOf(0, end);
    if (zero === -1) return undefined;
    end = zero + 1;
  }
  if (flags & flag.crc) {
    if (input.length < end + 2) return undefined;
    const expected = input[end]! + 256 * input[end + 1]!;
    if ((crc32(input.subarray(0, end)) & 0xffff) !== expected) return 'header crc mismatch';
    end += 2;
  }
  return input.length < end ? undefined : end;
}
