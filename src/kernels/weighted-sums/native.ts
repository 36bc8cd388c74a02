import type { Addon } from '../addon.js';
import type { WeightedSumsKernel } from './types.js';

/** The sums from the addon. */
export function nativeWeightedSums(addon: Addon): WeightedSumsKernel {
  return { name: 'native', sums: (counts, weights) => addon.weightedSums(counts, weights) };
}
