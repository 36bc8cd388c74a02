import { kernelChoice } from '../addon.js';
import { nativeFastq } from './native.js';
import { referenceFastq } from './reference.js';
import type { FastqKernel } from './types.js';

export { FastqCounter } from './counter.js';
export type * from './types.js';

/** The kernel of this process that counts FASTQ. */
export function fastqKernel(): FastqKernel {
  const { native } = kernelChoice();
  return native ? nativeFastq(native.addon) : referenceFastq;
}
