import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hybridBound, putHybrid } from '../../../src/formats/table/hybrid-runs.js';

/** The hybrid as the format's description reads, bit by bit. */
function decode(bytes: Uint8Array, width: number, count: number): number[] {
  const values: number[] = [];
  let at = 0;
  while (values.length < count) {
    let head = 0;
    for (let shift = 0; ; shift += 7) {
      head |= (bytes[at]! & 127) << shift;
      if (bytes[at++]! < 128) break;
    }
    if ((head & 1) === 0) {
      let value = 0;
      for (let i = 0; i < Math.ceil(width / 8); i++) value += bytes[at++]! * 2 ** (8 * i);
      for (let i = 0; i < head >>> 1; i++) values.push(value);
      continue;
    }
    for (let i = 0; i < (head >>> 1) * 8; i++) {
      let value = 0;
      for (let bit = 0; bit < width; bit++) {
        const place = i * width + bit;
        value += ((bytes[at + (place >> 3)]! >> (place & 7)) & 1) * 2 ** bit;
      }
      values.push(value);
    }
    at += (head >>> 1) * width;
  }
  expect(at).toBe(bytes.length);
  // Only what fills the last group may come after them.
  expect(values.length - count).toBeLessThan(8);
  return values.slice(0, count);
}

function encode(values: number[], width: number): Uint8Array {
  const bytes = new Uint8Array(hybridBound(values.length, width) + 2).fill(255);
  const end = putHybrid(bytes, 1, Int32Array.from(values), width);
  expect(end - 1).toBeLessThanOrEqual(hybridBound(values.length, width));
  expect([bytes[0], bytes[end]]).toEqual([255, 255]);
  return bytes.slice(1, end);
}

const runs = fc.integer({ min: 1, max: 31 }).chain((width) => {
  const value = fc.oneof(fc.integer({ min: 0, max: 2 ** width - 1 }), fc.constantFrom(0, 2 ** width - 1));
  const run = fc.tuple(value, fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 6, max: 30 })));
  return fc.tuple(fc.constant(width), fc.array(run, { maxLength: 60 }));
});

test('any values of any width come back', () => {
  fc.assert(
    fc.property(runs, ([width, list]) => {
      const values = list.flatMap(([value, times]) => Array.from({ length: times }, () => value));
      expect(decode(encode(values, width), width, values.length)).toEqual(values);
    }),
    { numRuns: 500 },
  );
});

test('eight equal values are a run, seven are packed', () => {
  expect([...encode([3, 3, 3, 3, 3, 3, 3, 3], 2)]).toEqual([8 << 1, 3]);
  expect([...encode([3, 3, 3, 3, 3, 3, 3], 2)]).toEqual([(1 << 1) | 1, 0xff, 0x3f]);
});

test('a run first fills the group before it', () => {
  // 1, then seven of the 2s, in one group; the other 13 as a run.
  expect([...encode([1, ...Array(20).fill(2)], 8)]).toEqual([
    (1 << 1) | 1,
    1,
    2,
    2,
    2,
    2,
    2,
    2,
    2,
    13 << 1,
    2,
  ]);
});

test('the example of the format: 0 to 7 in three bits', () => {
  expect([...encode([0, 1, 2, 3, 4, 5, 6, 7], 3)]).toEqual([3, 0b10001000, 0b11000110, 0b11111010]);
});
