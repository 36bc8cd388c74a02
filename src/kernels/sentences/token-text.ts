import type { GeneTokens, Text } from './types.js';

const SPACE = 32;
const mostBytes = 2 ** 32 - 1;

/** Writes rows of tokens, joined by spaces. */
export class TokenText {
  private readonly offsets: Uint32Array<ArrayBuffer>;
  private bytes = new Uint8Array(4096);
  private at = 0;
  private row = 0;

  constructor(
    private readonly tokens: GeneTokens,
    rows: number,
  ) {
    this.offsets = new Uint32Array(rows + 1);
  }

  /**
   * Writes the tokens of `columns` as the next row.
   *
   * @throws RangeError if the text would reach 2^32 bytes
   */
  putRow(columns: Uint32Array): void {
    const { bytes: from, offsets } = this.tokens;
    let length = Math.max(0, columns.length - 1);
    for (const column of columns) length += offsets[column + 1]! - offsets[column]!;
    this.reserve(length);
    const to = this.bytes;
    let at = this.at;
    for (let i = 0; i < columns.length; i++) {
      if (i > 0) to[at++] = SPACE;
      const column = columns[i]!;
      const end = offsets[column + 1]!;
      // A call of set() would cost more than the loop.
      for (let k = offsets[column]!; k < end; k++) to[at++] = from[k]!;
    }
    this.at = at;
    this.offsets[++this.row] = at;
  }

  /** All rows. */
  finish(): Text {
    return { bytes: this.bytes.slice(0, this.at), offsets: this.offsets };
  }

  private reserve(more: number): void {
    const needed = this.at + more;
    if (needed > mostBytes) throw new RangeError('the text of the rows takes 2^32 bytes or more');
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.min(mostBytes, Math.max(needed, 2 * this.bytes.length)));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }
}
