import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LibraryFiles, LibraryStream } from '../../../src/formats/hdf5/global-heap.js';
import { readAhead } from '../../../src/formats/hdf5/read-ahead.js';
import { temporaryFolder } from '../../run-gtk.js';

const folder = temporaryFolder();
const content = Buffer.from(Uint8Array.from({ length: 900_001 }, (_, i) => (i * 2654435761) >>> 24));
const file = path.join(folder, 'content');
writeFileSync(file, content);

/** The library's own reading, that counts its calls. */
function files() {
  const calls = { direct: 0 };
  const own: LibraryFiles = {
    read: ({ nfd }, memory, at, length, position) => {
      calls.direct += 1;
      return readSync(nfd, memory, at, length, position);
    },
    close: ({ nfd }) => closeSync(nfd),
    streams: [],
  };
  readAhead(own);
  return { own, calls };
}

const open = (name: string): LibraryStream => ({ fd: 3, nfd: openSync(name, 'r') });

test('any reads, in any order, give what stands in the file, and no more at its end', () => {
  const { own, calls } = files();
  const stream = open(file);
  const read = fc.tuple(fc.nat(content.length + 20_000), fc.oneof(fc.nat(64), fc.nat(20_000)));
  fc.assert(
    fc.property(fc.array(read, { maxLength: 60 }), (reads) => {
      for (const [position, length] of reads) {
        const memory = new Int8Array(length + 2).fill(77);
        const count = own.read(stream, memory, 1, length, position);
        const expected = content.subarray(position, position + length);
        expect(count).toBe(expected.length);
        expect(Buffer.from(memory.buffer, 1, count).equals(expected)).toBe(true);
        expect([memory[0], ...memory.subarray(1 + count)].every((byte) => byte === 77)).toBe(true);
      }
    }),
  );
  expect(calls.direct).toBeGreaterThan(0);
  own.close(stream);
});

test('small reads near one another are one read of the file', () => {
  const { own, calls } = files();
  const stream = open(file);
  for (let i = 0; i < 100; i += 1) expect(own.read(stream, new Int8Array(8), 0, 8, 100 + 8 * i)).toBe(8);
  expect(calls.direct).toBe(0);
  own.close(stream);
});

test('what was read of a file is not taken for another one that has its descriptor later', () => {
  const { own } = files();
  const other = path.join(folder, 'other');
  writeFileSync(other, Buffer.alloc(1000, 5));
  const [first, memory] = [open(file), new Int8Array(4)];
  own.read(first, memory, 0, 4, 0);
  own.close(first);
  const second = open(other);
  expect(second.nfd).toBe(first.nfd);
  own.read(second, memory, 0, 4, 0);
  expect([...memory]).toEqual([5, 5, 5, 5]);
  own.close(second);
});
