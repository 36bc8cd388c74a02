/**
 * From about this length on the engine's own copy is faster than a loop. Measured: at 16 bytes a loop takes two
 * thirds of its time, at 64 twice, at 12,000 thirteen times.
 */
const longBytes = 32;

/** Copies `length` bytes of `from`, beginning at `start`, to place `at`; returns where they end there. */
export function copyBytes(
  to: Uint8Array,
  at: number,
  from: Uint8Array,
  start: number,
  length: number,
): number {
  if (length >= longBytes) to.set(from.subarray(start, start + length), at);
  else for (let i = 0; i < length; i++) to[at + i] = from[start + i]!;
  return at + length;
}
