import { kernelChoice } from '../addon.js';
import { nativeDeltaPacked } from './native.js';
import { referenceDeltaPacked } from './reference.js';
import type { DeltaPackedKernel } from './types.js';

export type * from './types.js';

/** The kernel of packed differences of this process. */
export function deltaPackedKernel(): DeltaPackedKernel {
  const { native } = kernelChoice();
  return native ? nativeDeltaPacked(native.addon) : referenceDeltaPacked;
}
