import type { CodonBatch, CodonCounter } from '../../src/kernels/codons/types.js';

/** Pushes everything, in pieces that end at `cuts`, taking a batch whenever the limit stops it. */
export function batches(
  counter: CodonCounter,
  bytes: Uint8Array,
  limit: number,
  cuts: number[] = [],
): CodonBatch[] {
  const found: CodonBatch[] = [];
  let at = 0;
  for (const end of [...cuts.filter((cut) => cut < bytes.length).sort((p, q) => p - q), bytes.length]) {
    while (at < end && !counter.problem) {
      at += counter.push(bytes.subarray(at, end), limit);
      if (at < end && !counter.problem) found.push(counter.take());
    }
  }
  found.push(counter.take());
  return found;
}
