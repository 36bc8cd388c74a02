import { kernelChoice } from '../addon.js';
import { nativeGunzip } from './native.js';
import { referenceGunzip } from './reference.js';
import type { GunzipKernel } from './types.js';

export type * from './types.js';

/** The fastest gzip kernel of this process. The native one keeps the calling thread busy. */
export function gunzipKernel(): GunzipKernel {
  const { native } = kernelChoice();
  return native ? nativeGunzip(native.addon, native.level) : referenceGunzip();
}
