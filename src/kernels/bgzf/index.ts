import { referenceBgzf } from './reference.js';
import type { BgzfKernel } from './types.js';

export type * from './types.js';

/** The BGZF kernel of this process. The reference already inflates in native code, on node's own threads. */
export function bgzfKernel(): BgzfKernel {
  return referenceBgzf;
}
