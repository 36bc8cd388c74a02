import { kernelChoice } from '../addon.js';
import { nativeRecords } from './native.js';
import { referenceRecords } from './reference.js';
import type { RecordKernel } from './types.js';

export type * from './types.js';

/** The record kernel of this process. */
export function recordKernel(): RecordKernel {
  const { native } = kernelChoice();
  return native ? nativeRecords(native.addon, native.level) : referenceRecords;
}
