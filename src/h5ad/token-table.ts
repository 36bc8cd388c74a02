import type { GeneTokens } from '../kernels/sentences/types.js';

/**
 * Packs the token of each column ('' where it has none) as kernels take them.
 *
 * `groups` numbers the tokens by first appearance, and is left out where no token repeats.
 */
export function tokenTable(tokens: readonly string[]): GeneTokens {
  const offsets = new Uint32Array(tokens.length + 1);
  const groups = new Uint32Array(tokens.length);
  const numbers = new Map<string, number>();
  let repeated = false;
  let bytes = 0;
  for (const [column, token] of tokens.entries()) {
    bytes += Buffer.byteLength(token);
    offsets[column + 1] = bytes;
    const number = numbers.get(token);
    if (number !== undefined && token !== '') repeated = true;
    groups[column] = number ?? numbers.size;
    if (number === undefined) numbers.set(token, numbers.size);
  }
  return { bytes: new TextEncoder().encode(tokens.join('')), offsets, groups: repeated ? groups : undefined };
}
