import { kernelChoice } from '../addon.js';
import { nativePlainReads } from './native.js';
import { referencePlainReads } from './reference.js';
import type { PlainReadsKernel } from './types.js';

export type * from './types.js';

/** The kernel of this process that goes over plain records. */
export function plainReadsKernel(): PlainReadsKernel {
  const { native } = kernelChoice();
  return native ? nativePlainReads(native.addon) : referencePlainReads;
}
