import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SplitInput, splitCells } from '../../src/h5ad/split.js';

/** A cell as a person would write it down; `age` null for none, `donor` null for none. */
interface Cell {
  donor: string | null;
  age: number | null;
  dropped?: boolean;
}

function inputOf(cells: Cell[], testSize: number, seed = 42, donorColumn = true): SplitInput {
  const donors = [...new Set(cells.flatMap(({ donor }) => donor ?? []))].reverse();
  return {
    donorCodes: donorColumn
      ? Int32Array.from(cells, ({ donor }) => (donor === null ? -1 : donors.indexOf(donor)))
      : undefined,
    donors,
    ages: Float64Array.from(cells, ({ age }) => age ?? Number.NaN),
    kept: Uint8Array.from(cells, ({ dropped }) => (dropped ? 0 : 1)),
    testSize,
    seed,
  };
}

const sidesOf = (...args: Parameters<typeof inputOf>) => [...splitCells(inputOf(...args)).sides];

/** The same division by lists of objects and whole digests. */
function slowSides(cells: Cell[], testSize: number, seed: number, donorColumn: boolean): number[] {
  const units = new Map<string, number[]>();
  for (const [row, { donor, age, dropped }] of cells.entries()) {
    const unit = donorColumn ? donor : String(row);
    if (dropped || unit === null) continue;
    units.set(unit, [...(units.get(unit) ?? []), ...(age === null ? [] : [age])]);
  }
  const stratumOf = (ages: number[]) => {
    const sorted = ages.toSorted((a, b) => a - b);
    if (sorted.length === 0) return 'none';
    const median = (sorted[Math.ceil(sorted.length / 2) - 1]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
    return (Math.round(10 * median) / 10).toFixed(1);
  };
  const strata = new Map<string, string[]>();
  for (const [unit, ages] of units) {
    const stratum = stratumOf(ages);
    strata.set(stratum, [...(strata.get(stratum) ?? []), unit]);
  }
  const total = units.size;
  const wanted =
    testSize === 0 || total < 2 ? 0 : Math.max(1, Math.min(total - 1, Math.round(testSize * total)));
  const shares = [...strata].map(([age, members]) => {
    const product = BigInt(wanted) * BigInt(members.length);
    const years = age === 'none' ? Number.POSITIVE_INFINITY : Number(age);
    return { members, years, share: product / BigInt(total), rest: product % BigInt(total) };
  });
  const given = shares.reduce((sum, { share }) => sum + Number(share), 0);
  shares.sort((a, b) => Number(b.rest - a.rest) || a.years - b.years);
  const test = new Set<string>();
  for (const [place, { members, share }] of shares.entries()) {
    const digest = (unit: string) => createHash('sha256').update(`${seed}:${unit}`, 'utf8').digest('hex');
    const byDigest = members.map((unit) => `${digest(unit)} ${unit}`).toSorted();
    const count = Number(share) + (place < wanted - given ? 1 : 0);
    for (const line of byDigest.slice(0, count)) test.add(line.slice(65));
  }
  return cells.map(({ donor, dropped }, row) => {
    if (dropped) return 0;
    const unit = donorColumn ? donor : String(row);
    return unit !== null && test.has(unit) ? 2 : 1;
  });
}

const someCells: fc.Arbitrary<Cell[]> = fc.array(
  fc.record({
    donor: fc.option(
      fc.integer({ min: 1, max: 12 }).map((i) => `döner ${i}`),
      { freq: 8 },
    ),
    age: fc.option(fc.constantFrom(10 / 12, 0.85, 22, 22.04, 22.05, 37, 80), { freq: 4 }),
    dropped: fc.nat(5).map((n) => n === 0),
  }),
  { maxLength: 60 },
);
const testSizes = fc.constantFrom(0, 0.001, 0.05, 0.25, 0.5, 0.9, 0.999);

describe('the division into train and test', () => {
  it.each([true, false])(
    'is that of lists of objects and whole digests (donor column: %s)',
    (donorColumn) => {
      const sides = new Set<number>();
      fc.assert(
        fc.property(someCells, testSizes, fc.integer(), (cells, testSize, seed) => {
          const found = sidesOf(cells, testSize, seed, donorColumn);
          expect(found).toEqual(slowSides(cells, testSize, seed, donorColumn));
          for (const side of found) sides.add(side);
        }),
        { numRuns: 1000 },
      );
      expect([...sides].toSorted()).toEqual([0, 1, 2]);
    },
  );

  it('has no donor on both sides, and as many in test as asked for', () => {
    fc.assert(
      fc.property(someCells, testSizes, (cells, testSize) => {
        const { sides, facts } = splitCells(inputOf(cells, testSize));
        const donorsOn = (side: number) =>
          new Set(cells.flatMap(({ donor }, cell) => (sides[cell] === side && donor !== null ? donor : [])));
        const [train, test] = [donorsOn(1), donorsOn(2)];
        expect([...train].filter((name) => test.has(name))).toEqual([]);
        const total = train.size + test.size;
        const wanted = Math.min(Math.max(Math.round(testSize * total), 1), total - 1);
        expect(test.size).toBe(testSize === 0 || total < 2 ? 0 : wanted);
        expect(facts.donors).toEqual({ train: train.size, test: test.size });
        const cellsOn = (side: number) => sides.filter((other) => other === side).length;
        expect(facts.cells).toEqual({ train: cellsOn(1), test: cellsOn(2) });
        expect(cellsOn(0)).toBe(cells.filter(({ dropped }) => dropped).length);
        const lost = cells.filter(({ donor, dropped }) => donor === null && !dropped).length;
        expect(facts.cellsWithoutDonor).toBe(lost);
        expect(facts.testShare.cells).toBe(cellsOn(2) === 0 ? 0 : cellsOn(2) / (cellsOn(1) + cellsOn(2)));
      }),
      { numRuns: 500 },
    );
  });

  it('of donors does not depend on the order of the cells', () => {
    const shuffled = someCells.chain((cells) =>
      fc.tuple(
        fc.constant(cells),
        fc.shuffledSubarray([...cells.keys()], { minLength: cells.length, maxLength: cells.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([cells, order]) => {
        const sides = sidesOf(cells, 0.3);
        const moved = sidesOf(
          order.map((cell) => cells[cell]!),
          0.3,
        );
        expect(moved).toEqual(order.map((cell) => sides[cell]));
      }),
    );
  });

  it('takes the donors of each age in equal shares', () => {
    const cells = Array.from({ length: 40 }, (_, i) => ({ donor: `d${i}`, age: 30 + 10 * (i % 4) }));
    const { sides, facts } = splitCells(inputOf(cells, 0.2));
    expect(facts).toMatchObject({ unit: 'donor', strata: 4, donors: { train: 32, test: 8 } });
    expect(facts.testShare.donors).toBe(0.2);
    for (const age of [30, 40, 50, 60]) {
      expect(cells.filter((cell, i) => cell.age === age && sides[i] === 2).length).toBe(2);
    }
    expect(facts.warnings).toEqual([]);
  });

  it('gives equal remainders to the lower age, and to no age last', () => {
    const cells = [80, null, 20, 50].map((age, i) => ({ donor: `d${i}`, age }));
    expect(sidesOf(cells, 0.25)).toEqual([1, 1, 2, 1]);
    expect(sidesOf(cells, 0.5)).toEqual([1, 1, 2, 2]);
    expect(sidesOf(cells, 0.75)).toEqual([2, 1, 2, 2]);
  });

  it('orders the donors of one age by the SHA-256 of seed and name', () => {
    // for i in 0 1 2 3 4 5 6 7 8; do printf "42:donor_$i" | sha256sum; done: 185f… is donor_2, 3af7… 6, 4901… 4;
    // with seed 7, 00b4… is donor_5, 0cbd… 1, 572f… 6.
    const donors = Array.from({ length: 9 }, (_, i) => ({ donor: `donor_${i}`, age: 40 }));
    const test = (seed: number) =>
      [...sidesOf(donors, 0.34, seed).entries()].flatMap(([i, side]) => (side === 2 ? i : []));
    expect(test(42)).toEqual([2, 4, 6]);
    expect(test(7)).toEqual([1, 5, 6]);
  });

  it('goes by the median age of the cells that are kept', () => {
    const cells: Cell[] = [
      ...[20, 20, 90].map((age) => ({ donor: 'a', age })),
      ...[20, 21].map((age) => ({ donor: 'b', age })),
      ...[null, 20].map((age) => ({ donor: 'c', age })),
      { donor: 'd', age: null },
      { donor: 'e', age: 20 },
      { donor: 'e', age: 99, dropped: true },
    ];
    // 20 for a, c and e; 20.5 for b; none for d.
    expect(splitCells(inputOf(cells, 0.2)).facts.strata).toBe(3);
  });

  it('counts a donor of dropped cells alone as none', () => {
    const cells = ['a', 'b', 'c'].map((donor) => ({ donor, age: 1, dropped: donor === 'c' }));
    const { sides, facts } = splitCells(inputOf(cells, 0.5));
    expect(facts.donors).toEqual({ train: 1, test: 1 });
    expect(sides[2]).toBe(0);
  });

  it('takes categories of one name for one donor', () => {
    const input = inputOf(Array(8).fill({ donor: 'a', age: 1 }), 0.5);
    const codes = Int32Array.from({ length: 8 }, (_, i) => i % 4);
    const { sides, facts } = splitCells({ ...input, donorCodes: codes, donors: ['a', 'b', 'a', 'b'] });
    expect(facts.donors).toEqual({ train: 1, test: 1 });
    expect(sides[0]).toBe(sides[2]);
    expect(sides[1]).toBe(3 - sides[0]!);
  });

  it('puts a single donor into train, with a warning', () => {
    const cells = [
      { donor: 'a', age: 1 },
      { donor: 'a', age: 2 },
      { donor: null, age: 3 },
    ];
    const { sides, facts } = splitCells(inputOf(cells, 0.5));
    expect([...sides]).toEqual([1, 1, 1]);
    expect(facts.warnings).toEqual(['only one donor: all cells go to train']);
    expect(facts.cellsWithoutDonor).toBe(1);
  });

  it('puts cells without a donor into train, with a warning', () => {
    const cells = [
      { donor: 'a', age: 1 },
      { donor: 'b', age: 1 },
      { donor: null, age: 1 },
    ];
    const { sides, facts } = splitCells(inputOf(cells, 0.5));
    expect(sides[2]).toBe(1);
    expect(facts.warnings).toEqual(['cells without a donor go to train: 1']);
    const none = splitCells(inputOf([{ donor: null, age: 1 }], 0.5));
    expect([...none.sides]).toEqual([1]);
    expect(none.facts.warnings).toEqual(['no cell has a donor: all cells go to train']);
    expect(none.facts.testShare).toEqual({ cells: 0, donors: 0 });
  });

  it('divides cells one by one without a donor column, with a warning', () => {
    const cells = Array.from({ length: 200 }, (_, i) => ({ donor: null, age: i % 2 }));
    const { sides, facts } = splitCells(inputOf(cells, 0.1, 42, false));
    expect(facts).toMatchObject({
      unit: 'cell',
      donors: undefined,
      cells: { train: 180, test: 20 },
      strata: 2,
    });
    expect(cells.filter(({ age }, i) => age === 0 && sides[i] === 2).length).toBe(10);
    expect(facts.warnings).toEqual([expect.stringContaining('no donor column (donor_id, donor')]);
  });

  it('puts all into train if no test is wanted, without a warning', () => {
    const cells = ['a', 'b', null].map((donor) => ({ donor, age: 1 }));
    for (const donorColumn of [true, false]) {
      const { sides, facts } = splitCells(inputOf(cells.slice(0, 2), 0, 42, donorColumn));
      expect([...sides]).toEqual([1, 1]);
      expect(facts.warnings).toEqual([]);
    }
  });

  it('may have no cell', () => {
    for (const donorColumn of [true, false]) {
      const { sides, facts } = splitCells(inputOf([], 0.5, 42, donorColumn));
      expect(sides.length).toBe(0);
      expect(facts).toMatchObject({ cells: { train: 0, test: 0 }, strata: 0 });
    }
  });
});
