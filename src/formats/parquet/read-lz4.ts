/**
 * Decodes one LZ4 block of known length (LZ4 Block Format Description), the codec LZ4_RAW of Parquet.
 *
 * @throws Error if the block is damaged
 */
export function lz4Block(block: Uint8Array, length: number): Uint8Array {
  const text = new Uint8Array(length);
  let at = 0;
  let to = 0;
  const longer = (base: number) => {
    let sum = base;
    let byte = 255;
    while (byte === 255) {
      if (at >= block.length) throw new Error('the LZ4 block ends within a length');
      byte = block[at++];
      sum += byte;
    }
    return sum;
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = token >> 4 === 15 ? longer(15) : token >> 4;
    if (at + literals > block.length || to + literals > length)
      throw new Error('LZ4 literals exceed the block');
    text.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === block.length) break;
    if (at + 2 > block.length) throw new Error('the LZ4 block ends within an offset');
    const distance = block[at] | (block[at + 1] << 8);
    at += 2;
    const match = 4 + ((token & 15) === 15 ? longer(15) : token & 15);
    if (distance === 0 || distance > to || to + match > length)
      throw new Error('an LZ4 match exceeds the text');
    // A match may overlap what it writes: then its beginning repeats, so bytes go one by one.
    if (distance >= match) text.copyWithin(to, to - distance, to - distance + match);
    else for (let i = 0; i < match; i++) text[to + i] = text[to + i - distance];
    to += match;
  }
  if (to !== length) throw new Error(`the LZ4 block holds ${to} bytes, expected ${length}`);
  return text;
}
