import { crc32, deflateRawSync } from 'node:zlib';
import { bgzfEnd } from '../../src/formats/compression/bgzf-block.js';

/** All bytes of a stream. */
export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

/** The bytes in chunks whose lengths repeat the given ones. */
export async function* inChunks(bytes: Uint8Array, lengths: number[] = [bytes.length]) {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length];
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** The bytes cut at the given places; places beyond the end begin again at the front. */
export function cutAt(bytes: Buffer, places: number[]): Buffer[] {
  const bounds = [...new Set([0, ...places.map((p) => p % (bytes.length + 1)), bytes.length])];
  bounds.sort((a, b) => a - b);
  return bounds.slice(1).map((end, i) => bytes.subarray(bounds[i], end));
}

/** BGZF with one block a text, written by hand from the specification; with its end block. */
export function bgzfOf(texts: Uint8Array[]): Buffer {
  const blocks = texts.map((text) => {
    const data = deflateRawSync(text);
    const block = Buffer.alloc(18 + data.length + 8);
    block.set([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0]);
    block.writeUInt16LE(block.length - 1, 16);
    block.set(data, 18);
    block.writeUInt32LE(crc32(text), 18 + data.length);
    block.writeUInt32LE(text.length, 22 + data.length);
    return block;
  });
  return Buffer.concat([...blocks, bgzfEnd]);
}

/** What a stream gives, or the code of the error with which it ends. */
export async function outcome(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ text: Buffer } | { code: string }> {
  try {
    return { text: await collect(stream) };
  } catch (error) {
    return { code: (error as { code?: string }).code ?? String(error) };
  }
}
