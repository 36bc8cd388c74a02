/** Where the UMI stands at the beginning of a read: `N` belongs to it, `X` stays on the read. */
export interface UmiPattern {
  /** Bases that a read must have. */
  length: number;
  /** Positions of the UMI's bases, ascending. */
  taken: number[];
  /** Positions of the bases before the end of the pattern that stay. */
  kept: number[];
}

/** @param pattern of N and X, with at least one N */
export function umiPattern(pattern: string): UmiPattern {
  const places = (letter: string) => [...pattern].flatMap((found, at) => (found === letter ? [at] : []));
  return { length: pattern.length, taken: places('N'), kept: places('X') };
}
