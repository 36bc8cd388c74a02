/** Maps of data to coordinates, and the ticks that go with them. */

/** A map of values to coordinates with round values to label. */
export interface Scale {
  (value: number): number;
  ticks: readonly number[];
}

/**
 * Round values (1, 2 or 5 × a power of ten apart) from `low` to `high`, both included where they are round.
 *
 * @param wanted about how many
 */
export function linearTicks(low: number, high: number, wanted: number): number[] {
  if (!(high > low)) return [low];
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiples are rounded to 12 digits: 3 × 0.1 is not 0.3 in binary.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** A linear scale from `domain` to `range` with about `wanted` ticks. */
export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
  wanted = 5,
): Scale {
  const [low, high] = domain;
  const span = high - low || 1;
  const at = (value: number) => range[0] + ((value - low) / span) * (range[1] - range[0]);
  return Object.assign(at, { ticks: linearTicks(low, high, wanted) });
}

/** A scale of counts that begins at 0 and ends on a round value, with whole ticks. */
export function countScale(most: number, range: readonly [number, number], wanted = 4): Scale {
  const step = Math.max(1, linearTicks(0, Math.max(most, 1), wanted)[1] ?? 1);
  const top = Math.max(1, Math.ceil(most / step)) * step;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  return Object.assign(linearScale([0, top], range), { ticks });
}

/** A logarithmic scale (`domain` above 0) with ticks at 1, 2 and 5 × the powers of ten. */
export function logScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = domain.map(Math.log10) as [number, number];
  const span = high - low || 1;
  const at = (value: number) => range[0] + ((Math.log10(value) - low) / span) * (range[1] - range[0]);
  const ticks: number[] = [];
  // Beyond three decades only the powers fit beside one another.
  const multiples = span <= 3 ? [1, 2, 5] : [1];
  for (let power = Math.floor(low); power <= Math.ceil(high); power += 1) {
    for (const multiple of multiples) {
      const tick = Number(`${multiple}e${power}`);
      if (tick >= domain[0] && tick <= domain[1]) ticks.push(tick);
    }
  }
  return Object.assign(at, { ticks });
}
