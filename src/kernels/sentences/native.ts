import type { Addon } from '../addon.js';
import type { SentenceKernel } from './types.js';

/** Sentences from the addon. */
export function nativeSentences(addon: Addon): SentenceKernel {
  return {
    name: 'native',
    rank: ({ rowStarts, columns, values, rows, tokens, top, lists, appearances }) =>
      addon.sentences(
        rowStarts,
        columns,
        values,
        rows,
        tokens.bytes,
        tokens.offsets,
        tokens.groups,
        top,
        lists,
        appearances,
      ),
  };
}
