/**
 * The median age of each donor's cells, the mean of the middle two where their number is even; cells without
 * an age do not count.
 *
 * @param ages years of each cell, NaN for none
 * @param donorOf number of each cell's donor, -1 for none
 * @returns NaN for a donor without any age
 */
export function medianAges(ages: Float64Array, donorOf: Int32Array, donors: number): Float64Array {
  const ends = new Uint32Array(donors + 1);
  for (let cell = 0; cell < ages.length; cell++) {
    if (donorOf[cell] !== -1 && !Number.isNaN(ages[cell])) ends[donorOf[cell]! + 1]!++;
  }
  for (let donor = 0; donor < donors; donor++) ends[donor + 1]! += ends[donor]!;
  const starts = ends.slice();
  const byDonor = new Float64Array(ends[donors]!);
  for (let cell = 0; cell < ages.length; cell++) {
    if (donorOf[cell] !== -1 && !Number.isNaN(ages[cell])) byDonor[starts[donorOf[cell]!]!++] = ages[cell]!;
  }
  return Float64Array.from({ length: donors }, (_, donor) =>
    median(byDonor.subarray(ends[donor], ends[donor + 1]).sort()),
  );
}

/** NaN if there is no value. */
function median(sorted: Float64Array): number {
  const { length } = sorted;
  const middle = length >> 1;
  return length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
