import { kernelChoice } from '../addon.js';
import { nativeWeightedSums } from './native.js';
import { referenceWeightedSums } from './reference.js';
import type { WeightedSumsKernel } from './types.js';

export type * from './types.js';

/** The weighted sums kernel of this process. */
export function weightedSumsKernel(): WeightedSumsKernel {
  const { native } = kernelChoice();
  return native ? nativeWeightedSums(native.addon) : referenceWeightedSums;
}
