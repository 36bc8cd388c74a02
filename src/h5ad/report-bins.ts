/** Bins of a round width. */

/**
 * The smallest of 1, 2, 5, 10, 20, … that divides the numbers from `low` to `high` into at most `most` bins,
 * bins being counted from 0. Both must be finite and at least 0.
 */
export function roundWidth(low: number, high: number, most: number): number {
  for (let power = 1; ; power *= 10) {
    for (const multiple of [1, 2, 5]) {
      const width = multiple * power;
      if (Math.floor(high / width) - Math.floor(low / width) < most) return width;
    }
  }
}
