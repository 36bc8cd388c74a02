import { kernelChoice } from '../addon.js';
import { nativeTranspose } from './native.js';
import { referenceTranspose } from './reference.js';
import type { TransposeKernel } from './types.js';

export type * from './types.js';

/** The transposing kernel of this process. */
export function transposeKernel(): TransposeKernel {
  const { native } = kernelChoice();
  return native ? nativeTranspose(native.addon) : referenceTranspose;
}
