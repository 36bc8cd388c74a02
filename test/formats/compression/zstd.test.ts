import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { CompressStream, compress } from 'zstd-napi';
import { unzstd } from '../../../src/formats/compression/zstd.js';
import { collect, inChunks, outcome } from '../streams.js';

/** A frame as a pipe into zstd makes it: without the length of its content, so with the window asked for. */
async function framed(text: Buffer, windowLog: number): Promise<Buffer> {
  const stream = new CompressStream({ windowLog, enableLongDistanceMatching: true });
  const [, stored] = await Promise.all([pipeline([text], stream), collect(stream)]);
  return stored;
}

describe('zstd', () => {
  const text = Buffer.from(`>a\n${'ACGTTGCAAC'.repeat(20_000)}\n`);

  it('with the largest window that needs no permission is read', async () => {
    expect((await collect(unzstd(inChunks(await framed(text, 27)), 'x.zst'))).equals(text)).toBe(true);
  });

  it('with a larger window is refused with what to do about it', async () => {
    const reading = collect(unzstd(inChunks(await framed(text, 28)), 'x.zst'));
    await expect(reading).rejects.toMatchObject({ code: 'GTK_UNREADABLE' });
    await expect(collect(unzstd(inChunks(await framed(text, 28)), 'x.zst'))).rejects.toThrow('window');
  });

  it('gives text whose length is a multiple of the chunk, and then the next frame', async () => {
    const exact = Buffer.alloc(4096, 'A');
    const stored = Buffer.concat([compress(exact), compress(Buffer.alloc(0)), compress(exact)]);
    const read = await outcome(unzstd(inChunks(stored, [11]), 'x.zst', 1024));
    expect(read).toEqual({ text: Buffer.concat([exact, exact]) });
  });

  it('may end in a skippable frame, but not within one', async () => {
    const skippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
    const stored = Buffer.concat([compress(text), skippable]);
    expect(await outcome(unzstd(inChunks(stored, [100]), 'x.zst'))).toEqual({ text });
    for (let less = 1; less < skippable.length; less++) {
      const cut = stored.subarray(0, stored.length - less);
      expect(await outcome(unzstd(inChunks(cut, [100]), 'x.zst'))).toEqual({ code: 'GTK_TRUNCATED' });
    }
  });
});
