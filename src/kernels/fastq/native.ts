import type { Addon } from '../addon.js';
import type { FastqKernel } from './types.js';

/** Counting FASTQ in the addon. */
export function nativeFastq(addon: Addon): FastqKernel {
  return { name: 'native', count: (text, state) => addon.countFastq(text, state) };
}
