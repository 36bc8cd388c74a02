/** The sum of 64 counts × weights; the table begins at `first`. Exact for integer weights. */
export function weightedSum(record: Float64Array, weights: Float64Array, first: number): number {
  // Four sums, by third base, since one would wait for each addition in turn.
  let a = 0;
  let c = 0;
  let g = 0;
  let t = 0;
  for (let codon = 0; codon < 64; codon += 4) {
    a += record[codon]! * weights[first + codon]!;
    c += record[codon + 1]! * weights[first + codon + 1]!;
    g += record[codon + 2]! * weights[first + codon + 2]!;
    t += record[codon + 3]! * weights[first + codon + 3]!;
  }
  return a + c + (g + t);
}
