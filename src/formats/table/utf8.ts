import { isUtf8 } from 'node:buffer';
import type { Utf8Data } from './table.js';

const encoder = new TextEncoder();

/** Whether row `i` has a value. */
export function isValid(validity: Uint8Array | undefined, i: number): boolean {
  return validity === undefined || (validity[i >> 3]! & (1 << (i & 7))) !== 0;
}

/** The bitmap of `rows` rows that all have a value; bits beyond them are 0, so that equal rows have equal bytes. */
export function allValid(rows: number): Uint8Array<ArrayBuffer> {
  const validity = new Uint8Array((rows + 7) >> 3).fill(255);
  if ((rows & 7) !== 0) validity[rows >> 3] = (1 << (rows & 7)) - 1;
  return validity;
}

/** Strings as UTF-8; null becomes a null row, a lone surrogate U+FFFD. */
export function utf8FromStrings(strings: readonly (string | null)[]): Utf8Data {
  const rows = strings.length;
  const offsets = new Uint32Array(rows + 1);
  let validity: Uint8Array | undefined;
  let capacity = 0;
  for (const text of strings) capacity += text === null ? 0 : text.length;
  // UTF-8 takes at most three bytes for each UTF-16 unit; most text here is ASCII.
  let bytes = new Uint8Array(capacity + 16);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    const text = strings[i]!;
    if (text === null) {
      validity ??= allValid(rows);
      validity[i >> 3]! &= ~(1 << (i & 7));
    } else {
      let { read, written } = encoder.encodeInto(text, bytes.subarray(at));
      if (read < text.length) {
        const larger = new Uint8Array((at + text.length * 3) * 2);
        larger.set(bytes.subarray(0, at));
        bytes = larger;
        ({ read, written } = encoder.encodeInto(text, bytes.subarray(at)));
      }
      at += written;
    }
    offsets[i + 1] = at;
  }
  return { bytes: bytes.subarray(0, at), offsets, validity };
}

/** The string of every row. For tests and small tables; the writers stay with bytes. */
export function stringsFromUtf8(data: Utf8Data): (string | null)[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const { bytes, offsets, validity } = data;
  return Array.from({ length: offsets.length - 1 }, (_, i) =>
    isValid(validity, i) ? decoder.decode(bytes.subarray(offsets[i], offsets[i + 1])) : null,
  );
}

/**
 * The same text with every byte sequence that is not UTF-8 replaced by U+FFFD: headers in Latin-1 exist,
 * and readers of Parquet and Arrow refuse a file for one such byte.
 */
export function validUtf8(data: Utf8Data): Utf8Data {
  return data.wellFormed || isWellFormed(data) ? data : utf8FromStrings(stringsFromUtf8(data));
}

function isWellFormed({ bytes, offsets }: Utf8Data): boolean {
  const end = offsets[offsets.length - 1]!;
  if (!isUtf8(bytes.subarray(offsets[0], end))) return false;
  // Two rows that are no UTF-8 by themselves can be so together, if a character is cut between them.
  for (let row = 0; row < offsets.length && offsets[row]! < end; row++) {
    if ((bytes[offsets[row]!]! & 0xc0) === 0x80) return false;
  }
  return true;
}
