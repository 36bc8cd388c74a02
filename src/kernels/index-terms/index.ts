import { kernelChoice } from '../addon.js';
import { nativeIndexTerms } from './native.js';
import { referenceIndexTerms } from './reference.js';
import type { IndexTermsKernel } from './types.js';

export type * from './types.js';

/** The kernel of index terms of this process. */
export function indexTermsKernel(): IndexTermsKernel {
  const { native } = kernelChoice();
  return native ? nativeIndexTerms(native.addon) : referenceIndexTerms;
}
