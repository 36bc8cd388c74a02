/** Inflating gzip: every kernel against node's one-call gunzip, whole, cut short and damaged, in any chunks. */
import { constants, crc32, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GunzipError, GunzipKernel } from '../../src/kernels/gunzip/types.js';
import { gunzipKernels } from './implementations.js';
import { random } from './random.js';

async function* inChunks(bytes: Uint8Array, chunk: number): AsyncGenerator<Uint8Array> {
  // One buffer for all chunks: each is only valid until the next is asked for.
  const buffer = new Uint8Array(chunk);
  for (let at = 0; at < bytes.length; at += chunk) {
    const part = bytes.subarray(at, at + chunk);
    buffer.set(part);
    yield buffer.slice(0, part.length);
  }
}

/** The text, or the error. */
async function gunzipped(
  kernel: GunzipKernel,
  bytes: Uint8Array,
  chunk: number,
): Promise<Buffer | GunzipError> {
  const parts: Buffer[] = [];
  try {
    for await (const text of kernel.gunzip(inChunks(bytes, chunk))) parts.push(Buffer.from(text));
  } catch (error) {
    expect((error as GunzipError).place).toMatch(/^bytes? \d+/);
    return error as GunzipError;
  }
  return Buffer.concat(parts);
}

const next = random(7);

/** Reads as a sequencer writes them: bases, qualities, names that count up. */
const reads = Buffer.from(
  Array.from({ length: 6000 }, (_, i) => {
    const bases = Array.from({ length: 75 }, () => 'ACGT'[next(4)]).join('');
    const qualities = Array.from({ length: 75 }, () => String.fromCharCode(60 + next(14))).join('');
    return `@run.${i}/1\n${bases}\n+\n${qualities}\n`;
  }).join(''),
);

const texts = {
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from('A'),
  reads,
  zeros: Buffer.alloc(1 << 20),
  noise: Buffer.from(Array.from({ length: 400_000 }, () => next(256))),
  // Matches as far back as they can lie, on both sides of where the window is moved.
  'repeats of 32 KiB': Buffer.concat(Array.from({ length: 20 }, () => reads.subarray(0, 32_768))),
  'repeats of 100 KB': Buffer.concat(Array.from({ length: 7 }, () => reads.subarray(0, 100_000))),
};

const ways = [
  { level: 0 },
  { level: 1 },
  { level: 6 },
  { level: 9 },
  { strategy: constants.Z_FIXED },
  { strategy: constants.Z_HUFFMAN_ONLY },
  { strategy: constants.Z_RLE },
  { memLevel: 1, windowBits: 9 },
];

/** A header with everything that RFC 1952 allows in it. */
function withHeader(member: Buffer, name: string): Buffer {
  const extra = Buffer.from([6, 0, 0x42, 0x43, 2, 0, 9, 9]);
  const head = Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16, 0, 0, 0, 0, 0, 3]);
  return Buffer.concat([head, extra, Buffer.from(`${name}\0a comment\0`), member.subarray(10)]);
}

describe.each(gunzipKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s kernel of gzip',
  (_, kernel) => {
    it('gives back what zlib deflated in every way, from chunks of every size', async () => {
      for (const text of Object.values(texts)) {
        for (const way of ways) {
          const member = gzipSync(text, way);
          const least = Math.max(1, Math.ceil(member.length / 500));
          for (const chunk of [least, 5000, 1 << 18, 1 << 22]) {
            const found = await gunzipped(kernel, member, chunk);
            expect(Buffer.isBuffer(found) && found.equals(text)).toBe(true);
          }
        }
      }
    });

    it('gives back members one after another, with any header and padding, byte by byte', async () => {
      let bytes = 0;
      const member = fc
        .record({
          text: fc.uint8Array({ maxLength: 400, size: 'max' }),
          level: fc.nat(9),
          name: fc.constantFrom('', 'a', 'x'.repeat(90)),
        })
        .map(({ text, level, name }) => {
          const plain = gzipSync(text, { level });
          return { text, stored: name === '' ? plain : withHeader(plain, name) };
        });
      await fc.assert(
        fc.asyncProperty(
          fc.array(member, { minLength: 1, maxLength: 5 }),
          fc.nat(600),
          fc.constantFrom(1, 2, 3, 17, 1000),
          async (members, padding, chunk) => {
            const stored = Buffer.concat([...members.map(({ stored }) => stored), Buffer.alloc(padding)]);
            const text = Buffer.concat(members.map(({ text }) => text));
            const found = await gunzipped(kernel, stored, chunk);
            expect(Buffer.isBuffer(found) && found.equals(text)).toBe(true);
            bytes += text.length;
          },
        ),
        { numRuns: 150 },
      );
      expect(bytes).toBeGreaterThan(5000);
    });

    it('tells every truncation', async () => {
      const first = gzipSync(reads.subarray(0, 1000));
      const both = Buffer.concat([first, withHeader(gzipSync(reads.subarray(0, 300)), 'b')]);
      for (let length = 0; length < both.length; length++) {
        // A stream that ends between two members is whole.
        if (length === first.length) continue;
        for (const chunk of [7, 1 << 16]) {
          const found = await gunzipped(kernel, both.subarray(0, length), chunk);
          expect(found).toMatchObject({ isTruncated: true, place: `byte ${length}` });
        }
      }
    });

    it('tells a wrong checksum, a wrong length and bytes behind the end', async () => {
      const member = gzipSync(reads);
      const changed = (at: number) => {
        const copy = Buffer.from(member);
        copy[member.length + at]! ^= 1;
        return copy;
      };
      expect(await gunzipped(kernel, changed(-8), 4096)).toMatchObject({ message: 'incorrect data check' });
      expect(await gunzipped(kernel, changed(-1), 4096)).toMatchObject({ message: 'incorrect length check' });
      for (const tail of ['xy', '\0\0x', '<html>']) {
        const found = await gunzipped(kernel, Buffer.concat([member, Buffer.from(tail)]), 4096);
        expect(found).toMatchObject({ isTruncated: false });
      }
      expect(await gunzipped(kernel, Buffer.from('<html></html>'), 4096)).toMatchObject({
        isTruncated: false,
      });
    });

    it('refuses and accepts the same damaged streams as zlib, with the same bytes', async () => {
      let refused = 0;
      let accepted = 0;
      for (let round = 0; round < 1500; round++) {
        const text = reads.subarray(0, 100 + next(3000));
        const member = Buffer.from(gzipSync(text, { level: next(10), strategy: next(5) }));
        for (let i = 0; i <= next(3); i++) member[next(member.length)]! ^= 1 << next(8);
        const copy = next(2) === 0 ? member : withTrailer(member);
        const expected = zlibText(copy);
        const found = await gunzipped(kernel, copy, 1 + next(2000));
        expect(Buffer.isBuffer(found)).toBe(expected !== undefined);
        if (expected) {
          expect((found as Buffer).equals(expected)).toBe(true);
          accepted += 1;
        } else refused += 1;
      }
      expect(refused).toBeGreaterThan(500);
      expect(accepted).toBeGreaterThan(50);
    });

    it('closes its source at the end, at an error and when its reader stops', async () => {
      const member = gzipSync(reads);
      const closed: string[] = [];
      async function* watched(bytes: Uint8Array, name: string) {
        try {
          yield* inChunks(bytes, 4096);
        } finally {
          closed.push(name);
        }
      }
      const read = async (bytes: Uint8Array, name: string, most: number) => {
        for await (const _ of kernel.gunzip(watched(bytes, name))) if (--most === 0) return;
      };
      await read(member, 'end', 1e9);
      await read(member, 'stop', 1);
      await expect(read(member.subarray(0, 9000), 'error', 1e9)).rejects.toMatchObject({ isTruncated: true });
      expect(closed).toEqual(['end', 'stop', 'error']);
    });
  },
);

/** The member with the trailer that fits what comes out, if it inflates but for that. */
function withTrailer(member: Buffer): Buffer {
  try {
    const text = inflateRawSync(member.subarray(10, -8), { maxOutputLength: 1 << 20 });
    const fitting = Buffer.from(member);
    fitting.writeUInt32LE(crc32(text), member.length - 8);
    fitting.writeUInt32LE(text.length, member.length - 4);
    return fitting;
  } catch {
    return member;
  }
}

/** What zlib makes of a stream, asked without any kernel. */
function zlibText(stream: Buffer): Buffer | undefined {
  try {
    return gunzipSync(stream);
  } catch {
    return undefined;
  }
}
