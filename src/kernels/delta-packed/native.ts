import type { Addon } from '../addon.js';
import type { DeltaPackedKernel } from './types.js';

/** The encoding from the addon. */
export function nativeDeltaPacked(addon: Addon): DeltaPackedKernel {
  return { name: 'native', encode: (values) => addon.deltaPacked(values) };
}
