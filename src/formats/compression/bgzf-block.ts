/** BGZF blocks: gzip members with their own size in the header (SAM/BAM specification, section 4.1). */

/** The empty block that ends every whole BGZF file. */
export const bgzfEnd = Uint8Array.from([
  0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

/** Where the parts of a block are. */
export interface BgzfBlock {
  /** Bytes of the whole block. */
  size: number;
  /** Bytes before the deflate data. */
  headerSize: number;
}

/**
 * Reads the header of the block that begins at `at`.
 *
 * @returns undefined if the bytes end within the header; a sentence if this is no BGZF block
 */
export function bgzfBlock(bytes: Uint8Array, at: number): BgzfBlock | undefined | string {
  const left = bytes.length - at;
  for (let i = 0; i < Math.min(4, left); i++) {
    if (bytes[at + i] !== bgzfEnd[i]) return 'no BGZF block, expected one';
  }
  if (left < 12) return undefined;
  const extra = bytes[at + 10] | (bytes[at + 11] << 8);
  const headerSize = 12 + extra;
  if (left < headerSize) return undefined;
  for (let i = at + 12; i + 4 <= at + headerSize; ) {
    const length = bytes[i + 2] | (bytes[i + 3] << 8);
    if (bytes[i] === 0x42 && bytes[i + 1] === 0x43 && length === 2 && i + 6 <= at + headerSize) {
      const size = (bytes[i + 4] | (bytes[i + 5] << 8)) + 1;
      // A block holds at least its header, one byte of deflate data, CRC and length.
      return size >= headerSize + 9 ? { size, headerSize } : `a block of ${size} bytes, too few for one`;
    }
    i += 4 + length;
  }
  return 'a gzip member without the size of a BGZF block';
}

/** True if the bytes are the first of a BGZF file: a gzip member with the size of its block. */
export function isBgzf(head: Uint8Array): boolean {
  return head.length >= 18 && typeof bgzfBlock(head, 0) === 'object';
}
