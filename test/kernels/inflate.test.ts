import { constants, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InflateKernel } from '../../src/kernels/inflate/types.js';
import { inflateKernels } from './implementations.js';
import { random } from './random.js';

function filled(length: number, byte: (i: number) => number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => byte(i));
}

const next = random(1);

/** What zlib meets in different ways: no and single bytes, noise, runs, repeats at every short distance, numbers. */
const texts: Record<string, Uint8Array> = {
  nothing: new Uint8Array(0),
  'one byte': Uint8Array.of(7),
  zeros: new Uint8Array(70_000),
  noise: filled(70_000, () => next(256)),
  'two letters': filled(9000, () => next(2)),
  'skewed bytes': filled(60_000, () => Math.floor(-Math.log(1 - next(1e6) / 1e6) * 20) & 255),
  'rising integers': new Uint8Array(Int32Array.from({ length: 40_000 }, (_, i) => i * 7 + next(7)).buffer),
  'small floats': new Uint8Array(Float32Array.from({ length: 40_000 }, () => 1 + next(next(9) + 1)).buffer),
  'repeats at all distances': filled(0, () => 0),
};
const repeats: number[] = [];
for (let distance = 1; distance <= 70; distance++) {
  const unit = Array.from({ length: distance }, () => next(256));
  for (let i = 0; i < 3 * distance + next(600); i++) repeats.push(unit[i % distance]!);
}
texts['repeats at all distances'] = Uint8Array.from(repeats);

const strategies = {
  default: constants.Z_DEFAULT_STRATEGY,
  filtered: constants.Z_FILTERED,
  'Huffman only': constants.Z_HUFFMAN_ONLY,
  'run lengths': constants.Z_RLE,
  'fixed codes': constants.Z_FIXED,
};

/** The bytes that come out, or undefined for an error. `output` stands amid other bytes, which must stay. */
function inflated(kernel: InflateKernel, stream: Uint8Array, length: number): Buffer | undefined {
  const around = Buffer.alloc(length + 64, 0xa5);
  const output = around.subarray(32, 32 + length);
  // Memory of exactly the size of the stream, so that a read beyond it would be one beyond the allocation.
  const exact = new Uint8Array(stream);
  try {
    kernel.inflate(exact, output);
  } catch (error) {
    expect((error as Error).message).toMatch(/\w/);
    return undefined;
  } finally {
    expect(around.subarray(0, 32).every((byte) => byte === 0xa5)).toBe(true);
    expect(around.subarray(32 + length).every((byte) => byte === 0xa5)).toBe(true);
  }
  return Buffer.from(output);
}

/** Some two hundred streams of every kind, with the bytes that they hold. */
const streams = Object.values(texts).flatMap((text) => [
  ...[0, 1, 4, 6, 9].map((level) => ({ text, stream: deflateSync(text, { level }) })),
  ...Object.values(strategies).map((strategy) => ({ text, stream: deflateSync(text, { strategy }) })),
  { text, stream: deflateSync(text, { windowBits: 9, memLevel: 1 }) },
]);

const short = streams
  .map(({ text }, i) => {
    const part = text.subarray(0, 20 + ((i * 37) % 700));
    return { text: part, stream: deflateSync(part, { level: (i % 9) + 1, strategy: i % 5 }) };
  })
  .filter(({ stream }) => stream.length < 800);

const large = streams.filter(({ stream }) => stream.length >= 800 && stream.length < 30_000);

/** Streams with a few bytes or bits changed, and what zlib, asked without any kernel, makes of each. */
const damaged = Array.from({ length: 6000 }, (_, round) => {
  const from = round % 12 === 0 ? large : short;
  const { text, stream } = from[next(from.length)]!;
  const copy = Buffer.from(stream);
  for (let i = 0; i <= next(3); i++) {
    // Half of the damage hits the codes of the first block, where it is most varied.
    const at = next(2) === 0 ? next(copy.length) : next(Math.min(copy.length, 80));
    copy[at] = next(2) === 0 ? next(256) : copy[at]! ^ (1 << next(8));
  }
  // A checksum that fits what comes out lets damage through that only it would have caught.
  const tried = next(2) === 0 ? withChecksum(copy, text.length) : { stream: copy, length: text.length };
  return { ...tried, expected: zlibInflated(tried.stream, tried.length) };
});

describe.each(inflateKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s kernel of inflating',
  (_, kernel) => {
    it('gives back what zlib deflated at every level and with every strategy', () => {
      expect(streams.length).toBeGreaterThan(90);
      for (const { text, stream } of streams) {
        expect(inflated(kernel, stream, text.length)?.equals(text)).toBe(true);
      }
    });

    it('gives back texts of every length', () => {
      for (const text of Object.values(texts)) {
        for (let length = 0; length <= Math.min(text.length, 700); length++) {
          const part = text.subarray(0, length);
          expect(inflated(kernel, deflateSync(part), length)?.equals(part)).toBe(true);
        }
      }
    });

    it('gives back any bytes', () => {
      const piece = fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(60)).map(([unit, times]) => {
          return Uint8Array.from({ length: unit.length * times }, (_, i) => unit[i % unit.length]!);
        }),
      );
      const options = fc.record({
        level: fc.integer({ min: 0, max: 9 }),
        memLevel: fc.integer({ min: 1, max: 9 }),
        windowBits: fc.integer({ min: 9, max: 15 }),
        strategy: fc.nat(4),
      });
      let bytes = 0;
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 30 }), options, (pieces, chosen) => {
          const text = Buffer.concat(pieces);
          expect(inflated(kernel, deflateSync(text, chosen), text.length)?.equals(text)).toBe(true);
          bytes += text.length;
        }),
        { numRuns: 300 },
      );
      expect(bytes).toBeGreaterThan(10_000);
    });

    it('refuses every truncation', () => {
      for (const { text, stream } of short.slice(0, 40)) {
        for (let length = 0; length < stream.length; length++) {
          expect(inflated(kernel, stream.subarray(0, length), text.length)).toBeUndefined();
        }
      }
    });

    it('refuses more and fewer bytes than were asked for', () => {
      for (const { text, stream } of streams) {
        expect(() => kernel.inflate(stream, new Uint8Array(text.length + 1))).toThrow('fewer bytes');
        if (text.length > 0) {
          expect(() => kernel.inflate(stream, new Uint8Array(text.length - 1))).toThrow('more bytes');
        }
      }
    });

    it('says what is wrong in the words of zlib', () => {
      const stream = deflateSync(texts['small floats']!);
      const length = texts['small floats']!.length;
      const changed = (at: number, byte: number) => {
        const copy = Buffer.from(stream);
        copy[at < 0 ? copy.length + at : at]! ^= byte;
        return () => kernel.inflate(copy, new Uint8Array(length));
      };
      expect(changed(1, 1)).toThrow('incorrect header check');
      expect(changed(-1, 1)).toThrow('incorrect data check');
      expect(() => kernel.inflate(stream.subarray(0, 5000), new Uint8Array(length))).toThrow(
        'unexpected end of file',
      );
      const words = (...bytes: number[]) => {
        return () => kernel.inflate(Uint8Array.of(0x78, 0x9c, ...bytes, 0, 0, 0, 0, 0), new Uint8Array(100));
      };
      expect(words(0b111)).toThrow('invalid block type');
      expect(words(0b001, 1, 2, 3, 4)).toThrow('invalid stored block lengths');
      expect(words(0b101, 0xff)).toThrow('too many length or distance symbols');
      // Fixed codes: a match at distance 1 before there is any byte.
      expect(words(0b011 | (0b1000000 << 3), 0b10, 0)).toThrow('invalid distance too far back');
    });

    it('ignores bytes after the stream, as HDF5 does', () => {
      for (const { text, stream } of short.slice(0, 20)) {
        const longer = Buffer.concat([stream, Buffer.from('and more')]);
        expect(inflated(kernel, longer, text.length)?.equals(text)).toBe(true);
      }
    });

    it('refuses and accepts the same damaged streams as zlib, with the same bytes', () => {
      const accepted = damaged.filter(({ expected }) => expected !== undefined).length;
      expect(accepted).toBeGreaterThan(300);
      expect(damaged.length - accepted).toBeGreaterThan(3000);
      for (const { stream, length, expected } of damaged) {
        const found = inflated(kernel, stream, length);
        expect(found === undefined).toBe(expected === undefined);
        if (expected) expect(found!.equals(expected)).toBe(true);
      }
    });

    it('undoes the shuffle of HDF5', () => {
      let items = 0;
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 9 }), (bytes, itemBytes) => {
          const count = Math.floor(bytes.length / itemBytes);
          const shuffled = Uint8Array.from(bytes, (byte, i) => {
            if (i >= count * itemBytes) return byte;
            return bytes[(i % count) * itemBytes + Math.floor(i / count)]!;
          });
          const found = new Uint8Array(bytes.length);
          kernel.unshuffle(shuffled, itemBytes, found);
          expect(found).toEqual(bytes);
          items += count;
        }),
        { numRuns: 500 },
      );
      expect(items).toBeGreaterThan(100);
    });

    it('refuses to undo a shuffle of no items or into another length', () => {
      expect(() => kernel.unshuffle(new Uint8Array(8), 0, new Uint8Array(8))).toThrow(RangeError);
      expect(() => kernel.unshuffle(new Uint8Array(8), 4, new Uint8Array(9))).toThrow(RangeError);
    });
  },
);

/** What zlib makes of a stream, asked without any kernel. */
function zlibInflated(stream: Uint8Array, length: number): Buffer | undefined {
  try {
    const bytes = inflateSync(stream, { maxOutputLength: Math.max(1, length) });
    return bytes.length === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** The stream, and the length of what it holds, with the Adler-32 of that, if it inflates but for the checksum. */
function withChecksum(stream: Buffer, length: number): { stream: Buffer; length: number } {
  let bytes: Buffer;
  try {
    // Without its checksum the stream is merely cut short, which this way of ending allows.
    const end = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 200_000 };
    bytes = inflateSync(stream.subarray(0, -4), end);
  } catch {
    return { stream, length };
  }
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  const fitting = Buffer.from(stream);
  fitting.writeUInt16BE(high, fitting.length - 4);
  fitting.writeUInt16BE(low, fitting.length - 2);
  return { stream: fitting, length: bytes.length };
}
