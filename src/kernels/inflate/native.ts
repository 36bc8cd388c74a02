import type { Addon } from '../addon.js';
import type { InflateKernel } from './types.js';

/** Inflating in the addon, with the instruction set `level`. */
export function nativeInflate(addon: Addon, level: string): InflateKernel {
  return {
    name: `native (${level})`,
    inflate: (compressed, output) => addon.inflate(compressed, output, level),
    unshuffle: (from, itemBytes, to) => addon.unshuffle(from, itemBytes, to),
  };
}
