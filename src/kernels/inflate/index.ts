import { kernelChoice } from '../addon.js';
import { nativeInflate } from './native.js';
import { referenceInflate } from './reference.js';
import type { InflateKernel } from './types.js';

export type * from './types.js';

/** The inflating kernel of this process. */
export function inflateKernel(): InflateKernel {
  const { native } = kernelChoice();
  return native ? nativeInflate(native.addon, native.level) : referenceInflate;
}
