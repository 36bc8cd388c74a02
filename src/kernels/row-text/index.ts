import { kernelChoice } from '../addon.js';
import { nativeRowText } from './native.js';
import { referenceRowText } from './reference.js';
import type { RowTextKernel } from './types.js';

export type * from './types.js';

/** The row text kernel of this process. */
export function rowTextKernel(): RowTextKernel {
  const { native } = kernelChoice();
  return native ? nativeRowText(native.addon) : referenceRowText;
}
