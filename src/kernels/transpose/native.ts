import type { Addon } from '../addon.js';
import type { TransposeKernel } from './types.js';

/** The columns from the addon. */
export function nativeTranspose(addon: Addon): TransposeKernel {
  return { name: 'native', transpose: (matrix, width) => addon.transpose(matrix, width) };
}
