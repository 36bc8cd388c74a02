import type { Addon } from '../addon.js';
import type { CodonKernel } from './types.js';

/** The codon kernel of the addon, with one of its instruction sets. */
export function nativeCodons(addon: Addon, level: string): CodonKernel {
  return {
    name: `native (${level})`,
    counter: ({ frame, rows, keepAmbiguous }) => new addon.CodonCounter(frame, rows, keepAmbiguous, level),
  };
}
