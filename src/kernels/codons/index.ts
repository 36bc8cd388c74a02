import { kernelChoice } from '../addon.js';
import { nativeCodons } from './native.js';
import { referenceCodons } from './reference.js';
import type { CodonKernel } from './types.js';

export type * from './types.js';

/** The codon kernel of this process. */
export function codonKernel(): CodonKernel {
  const { native } = kernelChoice();
  return native ? nativeCodons(native.addon, native.level) : referenceCodons;
}
