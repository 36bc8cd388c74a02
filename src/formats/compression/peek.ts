/** A stream of bytes whose beginning is known. */
export interface Peeked {
  /** The first bytes: as many as asked for, or more, or all there are. */
  head: Uint8Array;
  /** The whole stream, with the head. Closing it closes the stream beneath, even before the first read. */
  rest: AsyncIterableIterator<Uint8Array>;
}

/** Reads at least `bytes` bytes of a stream ahead (fewer if it ends before). */
export async function peek(source: AsyncIterable<Uint8Array>, bytes: number): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < bytes) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  const head = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  return { head, rest: replay(length > 0 ? [head] : [], iterator) };
}

/** Chunks that were read already, then the rest of the stream that they came from. */
export function replay(
  chunks: Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncIterableIterator<Uint8Array> {
  // No generator: one that has not begun would not pass `return` on, and the file would stay open.
  const waiting = [...chunks];
  return {
    async next() {
      const value = waiting.shift();
      return value ? { value, done: false } : iterator.next();
    },
    async return() {
      waiting.length = 0;
      await iterator.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
