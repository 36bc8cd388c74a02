/** Which donors go to test, by the rule and none of the program's code: lists, sorting, whole digests. */
import { createHash } from 'node:crypto';

/** A cell of a test's file; null for no donor, no age. */
export interface SplitCell {
  name: string;
  donor: string | null;
  age: number | null;
}

/** The donors of these cells that go to test. */
export function testDonors(cells: readonly SplitCell[], testSize: number, seed: number): string[] {
  const ages = new Map<string, number[]>();
  for (const { donor, age } of cells) {
    if (donor !== null) ages.set(donor, [...(ages.get(donor) ?? []), ...(age === null ? [] : [age])]);
  }
  const strata = new Map<number, string[]>();
  for (const [donor, known] of ages) {
    const tenths = known.length === 0 ? Number.POSITIVE_INFINITY : Math.round(median(known) * 10);
    strata.set(tenths, [...(strata.get(tenths) ?? []), donor]);
  }
  if (testSize === 0 || ages.size < 2) return [];
  const wanted = Math.max(1, Math.min(ages.size - 1, Math.round(testSize * ages.size)));
  return chosenOf(strata, wanted, ages.size, seed);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** Shares by largest remainder, ties to the lower age and none last; in a stratum by SHA-256. */
function chosenOf(strata: Map<number, string[]>, wanted: number, donors: number, seed: number): string[] {
  const digest = (donor: string) => createHash('sha256').update(`${seed}:${donor}`).digest('hex');
  const shares = [...strata]
    .map(([age, members]) => ({
      age,
      sorted: members.toSorted((a, b) => (digest(a) < digest(b) ? -1 : 1)),
      whole: Math.floor((wanted * members.length) / donors),
      rest: (wanted * members.length) % donors,
    }))
    .sort((a, b) => b.rest - a.rest || a.age - b.age);
  const left = wanted - shares.reduce((sum, { whole }) => sum + whole, 0);
  return shares.flatMap(({ sorted, whole }, i) => sorted.slice(0, whole + (i < left ? 1 : 0)));
}
