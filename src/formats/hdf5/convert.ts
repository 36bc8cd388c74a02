import type { NumberArray } from './elements.js';

const two32 = 2 ** 32;

/** Copies numbers of any type as doubles; integers beyond 2^53 are rounded. */
export function copyToFloat64(values: NumberArray, target: Float64Array, at: number): void {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    // Halves of the number, since reading a bigint makes an object of each.
    const low = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    const high =
      values instanceof BigInt64Array ? new Int32Array(low.buffer, low.byteOffset, low.length) : low;
    for (let i = 0; i < values.length; i += 1) {
      target[at + i] = high[2 * i + 1]! * two32 + low[2 * i]!;
    }
  } else {
    target.set(values, at);
  }
}

/**
 * Copies numbers of any type that lie in `[0, limit)`, which is at most 2^31.
 *
 * @returns where the first other number is in `values`, or -1
 */
export function copyToIndices(values: NumberArray, target: Int32Array, at: number, limit: number): number {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    for (let i = 0; i < values.length; i += 1) {
      const low = halves[2 * i]!;
      if (low >= limit || halves[2 * i + 1] !== 0) return i;
      target[at + i] = low;
    }
  } else {
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i]!;
      if (!(value >= 0 && value < limit)) return i;
      target[at + i] = value;
    }
  }
  return -1;
}

/** Copies integers of any type as 64 bits; false if one is beyond 2^63, which only unsigned ones can be. */
export function copyToInt64(values: NumberArray, target: BigInt64Array, at: number): boolean {
  if (values instanceof BigInt64Array) {
    target.set(values, at);
  } else if (values instanceof BigUint64Array) {
    target.set(new BigInt64Array(values.buffer, values.byteOffset, values.length), at);
    return target.subarray(at, at + values.length).every((value) => value >= 0n);
  } else {
    const halves = new Int32Array(target.buffer, target.byteOffset + at * 8, values.length * 2);
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i]!;
      halves[2 * i] = value;
      halves[2 * i + 1] = value < 0 ? -1 : 0;
    }
  }
  return true;
}
