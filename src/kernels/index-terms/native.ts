import type { Addon } from '../addon.js';
import type { IndexTermsKernel } from './types.js';

/** The terms from the addon. */
export function nativeIndexTerms(addon: Addon): IndexTermsKernel {
  return {
    name: 'native',
    terms: (counts, { weights, wright, sun }) =>
      addon.indexTerms(counts, weights, wright.single, wright.families, sun.single, sun.families),
  };
}
