import { inflateSync } from 'node:zlib';
import { requireInteger } from '../arguments.js';
import type { InflateKernel } from './types.js';

/** The kernel on node's zlib: what the native one must agree with. */
export const referenceInflate: InflateKernel = {
  name: 'reference',
  inflate(compressed, output) {
    const bytes = inflateAtMost(compressed, output.length);
    if (bytes.length !== output.length)
      throw new Error(`${bytes.length < output.length ? 'fewer' : 'more'} bytes than expected`);
    output.set(bytes);
  },
  unshuffle(from, itemBytes, to) {
    requireInteger(itemBytes, 'itemBytes');
    if (itemBytes === 0 || from.length !== to.length)
      throw new RangeError('itemBytes must not be 0, and both arrays of the same length');
    const items = Math.floor(from.length / itemBytes);
    for (let i = 0; i < items; i++) {
      for (let byte = 0; byte < itemBytes; byte++) to[i * itemBytes + byte] = from[byte * items + i]!;
    }
    to.set(from.subarray(items * itemBytes), items * itemBytes);
  },
};

function inflateAtMost(compressed: Uint8Array, length: number): Uint8Array {
  try {
    // With a byte of room zlib sees the end in its first step.
    return inflateSync(compressed, {
      chunkSize: Math.max(64, length + 1),
      maxOutputLength: Math.max(1, length),
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new Error('more bytes than expected');
    throw error;
  }
}
