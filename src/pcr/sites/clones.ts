/** How evenly the reads spread over clones; a peak is taken for a clone. */

export interface CloneStatistics {
  clones: number;
  reads: number;
  /** Shares of all reads that the largest clones have, the largest first. */
  top20: number[];
  /** The share of all others. */
  rest: number;
  /** Shannon entropy in bits. */
  entropy: number;
  /** Clones that there may be, with those that were not seen: Chao1, the form corrected for bias (Chao 1984, 1987). */
  chao1: number;
  /** The fewest clones that hold more than half of the reads. */
  uc50: number;
  /** Gini coefficient: 0 if all clones are of one size, towards 1 the more a few of them have. */
  gini: number;
}

const TOP = 20;

/** @param reads of each clone, at least one */
export function cloneStatistics(reads: Int32Array): CloneStatistics {
  const sizes = reads.toSorted().reverse();
  const clones = sizes.length;
  let total = 0;
  for (const size of sizes) total += size;
  let [entropy, gini, held, uc50, singletons, doubletons] = [0, 0, 0, 0, 0, 0];
  sizes.forEach((size, i) => {
    const share = size / total;
    entropy -= share * Math.log2(share);
    gini += (clones - 2 * i - 1) * share;
    if (held <= total / 2) uc50++;
    held += size;
    if (size === 1) singletons++;
    if (size === 2) doubletons++;
  });
  const top20 = Array.from(sizes.subarray(0, TOP), (size) => size / total);
  let others = 0;
  for (const size of sizes.subarray(TOP)) others += size;
  return {
    clones,
    reads: total,
    top20,
    rest: total > 0 ? others / total : 0,
    entropy,
    chao1: clones + (singletons * (singletons - 1)) / (2 * (doubletons + 1)),
    uc50,
    gini: clones > 0 ? gini / clones : 0,
  };
}
