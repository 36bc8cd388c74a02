import type { Addon } from '../addon.js';
import type { RecordKernel } from './types.js';

/** The record kernel of the addon, with one of its instruction sets. */
export function nativeRecords(addon: Addon, level: string): RecordKernel {
  return {
    name: `native (${level})`,
    // A function that throws becomes a promise that rejects, as with the reference.
    recordStarts: async (fd, start, end) => addon.recordStarts(fd, start, end, level),
  };
}
