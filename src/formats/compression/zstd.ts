import zstd from 'zstd-napi/binding.js';
import { gtkError } from '../../errors.js';

/**
 * The text of a zstd stream (RFC 8878): frames and skippable frames one after another. A frame's
 * checksum is verified if it has one; without one, only damage that breaks the format is found.
 * Memory: the chunk under way, `chunkBytes` of text and the frame's window (128 MiB at most).
 *
 * @param path for messages
 * @throws GTK_TRUNCATED, GTK_CORRUPT with the place in the compressed stream, GTK_UNREADABLE if a
 *   window is larger than 128 MiB
 */
export async function* unzstd(
  source: AsyncIterable<Uint8Array>,
  path: string,
  chunkBytes = 1 << 20,
): AsyncGenerator<Uint8Array> {
  const context = new zstd.DCtx();
  let consumedBefore = 0;
  // What zstd expects next; 0 at the end of a frame.
  let expected = 0;
  for await (const chunk of source) {
    let rest = chunk;
    let filled = false;
    while (rest.length > 0 || filled) {
      const text = Buffer.allocUnsafeSlow(chunkBytes);
      const step = decompress(context, text, rest, path, consumedBefore);
      const [hint, produced, consumed] = step;
      expected = hint;
      rest = rest.subarray(consumed);
      consumedBefore += consumed;
      // A full buffer may leave text inside zstd, but not once a frame is over.
      filled = produced === text.length && hint !== 0;
      if (produced > 0) yield text.subarray(0, produced);
    }
  }
  if (expected !== 0)
    throw gtkError('GTK_TRUNCATED', { path, format: 'zstd', place: `byte ${consumedBefore}` });
}

function decompress(context: zstd.DCtx, text: Uint8Array, bytes: Uint8Array, path: string, offset: number) {
  try {
    return context.decompressStream(text, bytes);
  } catch (error) {
    const found = (error as Error).message;
    if (/too much memory/.test(found)) {
      const reason = 'its zstd window is larger than 128 MiB; compress it again without --long or --ultra';
      throw gtkError('GTK_UNREADABLE', { path, reason }, error);
    }
    const place = `bytes ${offset} to ${offset + bytes.length}`;
    throw gtkError('GTK_CORRUPT', { path, format: 'zstd', place, found }, error);
  }
}
