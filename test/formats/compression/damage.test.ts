import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compress } from 'zstd-napi';
import { decompress } from '../../../src/formats/compression/decompress.js';
import { bgzfOf, inChunks, outcome } from '../streams.js';

const parts = ['>a first\nACGTACGTTGCA\nACGGT\n', '>b\nTTTGACCATNNACG\nAC\n', '>c\nGGATTAGACAT\n'].map((s) =>
  Buffer.from(s),
);
const text = Buffer.concat(parts);
const members = parts.map((part) => gzipSync(part));
const frames = parts.map((part) => compress(part, { checksumFlag: true }));
const stored = { gzip: Buffer.concat(members), bgzf: bgzfOf(parts), zstd: Buffer.concat(frames) };

/** Where a cut leaves whole members, which no reader can tell from a shorter file, and the text up to there. */
function wholeAt(pieces: Buffer[]): Map<number, Buffer> {
  const ends = pieces.map((_, i) => pieces.slice(0, i + 1).reduce((sum, piece) => sum + piece.length, 0));
  return new Map(ends.map((end, i) => [end, Buffer.concat(parts.slice(0, i + 1))]));
}
const undetectable = { gzip: wholeAt(members), bgzf: new Map<number, Buffer>(), zstd: wholeAt(frames) };

describe.each(['gzip', 'bgzf', 'zstd'] as const)('a damaged %s file', (format) => {
  const read = (bytes: Uint8Array, chunk: number) =>
    outcome(decompress(inChunks(bytes, [chunk]), format, 'x.fa', { chunkBytes: 64 }));

  it.each([1, 7, 1000])('is noticed when cut after any byte, read in chunks of %i bytes', async (chunk) => {
    const whole = stored[format];
    expect(await read(whole, chunk)).toEqual({ text });
    for (let cut = 1; cut < whole.length; cut++) {
      const expected = undetectable[format].get(cut);
      const result = await read(whole.subarray(0, cut), chunk);
      expect(result, `cut at ${cut}`).toEqual(expected ? { text: expected } : { code: 'GTK_TRUNCATED' });
    }
  });

  it('never gives another text when one bit is flipped', async () => {
    let refused = 0;
    for (let at = 0; at < stored[format].length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(stored[format]);
        flipped[at] ^= 1 << bit;
        const result = await read(flipped, 1000);
        if ('code' in result) {
          expect(['GTK_CORRUPT', 'GTK_TRUNCATED', 'GTK_UNREADABLE'], `byte ${at}`).toContain(result.code);
          refused++;
        } else {
          expect(result.text.toString(), `byte ${at} bit ${bit}`).toBe(text.toString());
        }
      }
    }
    // Only a few header bytes (time, system, file name) are free to change.
    expect(refused).toBeGreaterThan(stored[format].length * 8 * 0.7);
  });

  it('is refused with the place when something else follows', async () => {
    const result = await outcome(
      decompress(
        inChunks(Buffer.concat([stored[format], Buffer.from('>d\nACGTACGTACGTACGTACGT\n')])),
        format,
        'x.fa',
      ),
    );
    expect(result).toEqual({ code: 'GTK_CORRUPT' });
  });
});

describe('gzip padding', () => {
  it.each([[[4096]], [[1]], [[stored.gzip.length]], [[stored.gzip.length + 3, 5]]])(
    'of zero bytes after the last member is allowed, in chunks of %j',
    async (lengths) => {
      const padded = Buffer.concat([stored.gzip, Buffer.alloc(1000)]);
      expect(await outcome(decompress(inChunks(padded, lengths), 'gzip', 'x.fa'))).toEqual({ text });
    },
  );

  it.each([1, 50, 5000])('is an error once another byte follows it, in chunks of %i', async (length) => {
    // node:zlib alone would stop at the first zero and drop a whole member behind it.
    const hidden = Buffer.concat([stored.gzip, Buffer.alloc(10), members[0]]);
    const result = outcome(decompress(inChunks(hidden, [length]), 'gzip', 'x.fa'));
    expect(await result).toEqual({ code: 'GTK_CORRUPT' });
  });
});

describe('the message about damage', () => {
  const message = async (format: 'gzip' | 'bgzf' | 'zstd', bytes: Buffer) => {
    try {
      for await (const _ of decompress(inChunks(bytes, [200]), format, '/data/x.fa', {}));
    } catch (error) {
      return (error as Error).message;
    }
    return 'none';
  };

  it('names the file, the format and the byte at which the data end', async () => {
    expect(await message('gzip', stored.gzip.subarray(0, 60))).toBe(
      '/data/x.fa is cut short: the gzip stream ends at byte 60 before its end mark',
    );
    expect(await message('zstd', stored.zstd.subarray(0, 33))).toContain('the zstd stream ends at byte 33');
    const noEnd = stored.bgzf.length - 28;
    expect(await message('bgzf', stored.bgzf.subarray(0, noEnd))).toContain(
      `the BGZF stream ends at byte ${noEnd}`,
    );
  });

  it('names the block of BGZF that is damaged', async () => {
    const first = bgzfOf([parts[0]]).length - 28;
    const damaged = Buffer.from(stored.bgzf);
    damaged[first + 20] ^= 0x10;
    expect(await message('bgzf', damaged)).toContain(`BGZF data at byte ${first}:`);
  });
});
