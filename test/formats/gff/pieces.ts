/** Text as a stream of pieces of the given lengths, the last one as often as needed. */
export async function* cut(text: string, lengths: number[] = [64]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  const last = lengths.at(-1) ?? 64;
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i] ?? last;
    // A copy that is spoilt afterwards, as by a source that reuses its buffer.
    const piece = Buffer.from(bytes.subarray(at, at + length));
    yield piece;
    piece.fill('>');
    at += length;
  }
}
