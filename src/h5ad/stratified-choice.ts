/** Choosing donors, or cells, for test: the same share of every age, and the same ones on every run. */

import { hash } from 'node:crypto';

export interface StratifiedChoice {
  /** 1 for each unit that is chosen. */
  chosen: Uint8Array;
  /** Different ages among the units, no age being one. */
  strata: number;
}

/**
 * Chooses `wanted` of the units. Units whose ages agree to 0.1 years (halves rounded up) are a stratum, and
 * those without an age are one. Each stratum gives its share of `wanted` by the largest remainder method,
 * equal remainders to the lower age first and no age last. In a stratum the units are in the order of the
 * SHA-256 of their labels, and the first ones are chosen: that depends on nothing but the labels and ages.
 *
 * Time and memory for 4 million units: some 3 s, and 32 bytes a unit.
 *
 * @param ages years of each unit, NaN for none
 * @param wanted fewer than there are units, or 0
 * @param label text of a unit that no other has
 */
export function stratifiedChoice(
  ages: Float64Array,
  wanted: number,
  label: (unit: number) => string,
): StratifiedChoice {
  const chosen = new Uint8Array(ages.length);
  const strata = strataByAge(ages);
  const shares = largestRemainder(
    strata.map((units) => units.length),
    wanted,
  );
  for (const [index, units] of strata.entries()) {
    const share = shares[index]!;
    const first = share === units.length ? units : firstByHash(units, share, label);
    for (const unit of first) chosen[unit] = 1;
  }
  return { chosen, strata: strata.length };
}

/** The units of each stratum, by rising age, those without an age last. */
function strataByAge(ages: Float64Array): Uint32Array[] {
  const stratumOf = new Uint32Array(ages.length);
  const numbers = new Map<number, number>();
  const sizes: number[] = [];
  for (let unit = 0; unit < ages.length; unit++) {
    const tenths = Math.round(ages[unit]! * 10);
    let number = numbers.get(tenths);
    if (number === undefined) {
      number = sizes.length;
      numbers.set(tenths, number);
      sizes.push(0);
    }
    stratumOf[unit] = number;
    sizes[number]!++;
  }
  const strata = sizes.map((size) => new Uint32Array(size));
  for (let unit = ages.length - 1; unit >= 0; unit--) {
    const number = stratumOf[unit]!;
    strata[number]![--sizes[number]!] = unit;
  }
  // Float64Array sorts NaN last.
  return [...Float64Array.from(numbers.keys()).sort()].map((tenths) => strata[numbers.get(tenths)!]!);
}

/**
 * Divides `wanted`, at most the sum of the sizes, in proportion to them. No share exceeds its size. Equal
 * remainders are served in the order of the sizes.
 */
function largestRemainder(sizes: number[], wanted: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // Products of two numbers of units are exact, quotients are not: the remainders are compared as integers.
  const shares = sizes.map((size) => Math.floor((wanted * size) / total));
  const remainders = sizes.map((size) => (wanted * size) % total);
  const order = [...sizes.keys()].sort((a, b) => remainders[b]! - remainders[a]! || a - b);
  const left = wanted - shares.reduce((sum, share) => sum + share, 0);
  for (const index of order.slice(0, left)) shares[index]!++;
  return shares;
}

/** The first `count` units by the SHA-256 of their labels, in no particular order. */
function firstByHash(units: Uint32Array, count: number, label: (unit: number) => string): number[] {
  if (count === 0) return [];
  const sha256 = (unit: number) => hash('sha256', label(unit), 'hex');
  // The first 52 bits fit a number and nearly always decide; holding whole digests would take ten times as much.
  const beginnings = Float64Array.from(units, (unit) => Number.parseInt(sha256(unit).slice(0, 13), 16));
  const limit = beginnings.slice().sort()[count - 1]!;
  const below: number[] = [];
  const atLimit: { unit: number; digest: string }[] = [];
  for (let i = 0; i < units.length; i++) {
    const unit = units[i]!;
    if (beginnings[i]! < limit) below.push(unit);
    else if (beginnings[i] === limit) atLimit.push({ unit, digest: sha256(unit) });
  }
  atLimit.sort((a, b) => (a.digest < b.digest ? -1 : 1));
  return [...below, ...atLimit.slice(0, count - below.length).map(({ unit }) => unit)];
}
