import { kernelChoice } from '../addon.js';
import { nativeSentences } from './native.js';
import { referenceSentences } from './reference.js';
import type { SentenceKernel } from './types.js';

export type * from './types.js';

/** The kernel of cell sentences of this process. */
export function sentenceKernel(): SentenceKernel {
  const { native } = kernelChoice();
  return native ? nativeSentences(native.addon) : referenceSentences;
}
