/** The division of a file's cells into train and test, by donor. */

import { medianAges } from './median-ages.js';
import { stratifiedChoice } from './stratified-choice.js';

/** Columns of `obs` that may name the donor; the first that is present counts. */
export const donorColumns: readonly string[] = ['donor_id', 'donor', 'subject_id', 'individual'];

const Side = { dropped: 0, train: 1, test: 2 } as const;

export interface SplitInput {
  /** Donor of each cell by its place in `donors`, -1 for none; undefined without a donor column. */
  donorCodes: Int32Array | undefined;
  donors: readonly string[];
  /** Age of each cell in years, NaN for none. */
  ages: Float64Array;
  /** 1 for each cell that takes part, 0 for one that is dropped. */
  kept: Uint8Array;
  /** Wanted share of test, at least 0 and below 1. */
  testSize: number;
  seed: number;
}

/** How the cells that are kept were divided. */
export interface SplitFacts {
  /** What was divided: donors with all their cells, or, without a donor column, single cells. */
  unit: 'donor' | 'cell';
  cells: { train: number; test: number };
  /** Undefined where cells were divided. */
  donors: { train: number; test: number } | undefined;
  /** Different ages (to 0.1 years) among the units, no age being one. */
  strata: number;
  /** Kept cells whose donor is missing: they are in train. */
  cellsWithoutDonor: number;
  /** Test as a share of all kept cells, and of all donors; 0 where there is none. */
  testShare: { cells: number; donors: number | undefined };
  /** Sentences for the log. */
  warnings: string[];
}

export interface CellSplit {
  /** For each cell: 0 dropped, 1 train, 2 test. */
  sides: Uint8Array;
  facts: SplitFacts;
}

/**
 * Divides the cells of one file. No donor has cells on both sides.
 *
 * Of |D| >= 2 donors with a kept cell, round(testSize × |D|) go to test, halves rounded up, but at least one
 * and not all; {@link stratifiedChoice} takes them in equal shares from the donors' median ages, in the order
 * of SHA-256 of `seed:donor`. So the choice does not depend on the order of the cells. A single donor goes to
 * train, and so do cells without one. Without a donor column single cells take the donors' place, under the
 * label `seed:row` with rows counted from 0.
 */
export function splitCells(input: SplitInput): CellSplit {
  return input.donorCodes ? splitByDonor(input, input.donorCodes) : splitByCell(input);
}

function splitByDonor(input: SplitInput, donorCodes: Int32Array): CellSplit {
  const { ages, kept, testSize, seed } = input;
  const { names, unitOf, cellsWithoutDonor } = donorsInUse(input, donorCodes);
  const wanted = testUnits(testSize, names.length);
  const medians = medianAges(ages, unitOf, names.length);
  const { chosen, strata } = stratifiedChoice(medians, wanted, (unit) => `${seed}:${names[unit]}`);
  const sides = kept.map((isKept, cell) => {
    if (isKept === 0) return Side.dropped;
    return unitOf[cell] !== -1 && chosen[unitOf[cell]!] === 1 ? Side.test : Side.train;
  });
  const cells = countSides(sides);
  const donors = { train: names.length - wanted, test: wanted };
  const warnings = [];
  if (testSize > 0 && names.length < 2) {
    warnings.push(`${names.length === 0 ? 'no cell has a donor' : 'only one donor'}: all cells go to train`);
  } else if (cellsWithoutDonor > 0) {
    warnings.push(`cells without a donor go to train: ${cellsWithoutDonor}`);
  }
  const testShare = { cells: share(cells), donors: share(donors) };
  return { sides, facts: { unit: 'donor', cells, donors, strata, cellsWithoutDonor, testShare, warnings } };
}

function splitByCell({ ages, kept, testSize, seed }: SplitInput): CellSplit {
  const rows = new Uint32Array(countOnes(kept));
  let unit = 0;
  for (let row = 0; row < kept.length; row++) if (kept[row] === 1) rows[unit++] = row;
  const wanted = testUnits(testSize, rows.length);
  const unitAges = Float64Array.from(rows, (row) => ages[row]!);
  const { chosen, strata } = stratifiedChoice(unitAges, wanted, (cell) => `${seed}:${rows[cell]}`);
  const sides = new Uint8Array(kept.length);
  for (let i = 0; i < rows.length; i++) sides[rows[i]!] = chosen[i] === 1 ? Side.test : Side.train;
  const cells = countSides(sides);
  const warnings = [];
  if (testSize > 0) {
    warnings.push(
      `no donor column (${donorColumns.join(', ')}): cells are divided one by one, ` +
        'so cells of one donor may be in train and in test',
    );
  }
  const testShare = { cells: share(cells), donors: undefined };
  return {
    sides,
    facts: { unit: 'cell', cells, donors: undefined, strata, cellsWithoutDonor: 0, testShare, warnings },
  };
}

/** The donors that have a kept cell, and for each cell the place of its donor among them; -1 for dropped cells too. */
function donorsInUse({ donors, kept }: SplitInput, donorCodes: Int32Array) {
  const names: string[] = [];
  const unitOfName = new Map<string, number>();
  const unitOfCode = new Int32Array(donors.length).fill(-1);
  let cellsWithoutDonor = 0;
  const unitOf = donorCodes.map((code, cell) => {
    if (kept[cell] === 0) return -1;
    if (code === -1) {
      cellsWithoutDonor++;
      return -1;
    }
    if (unitOfCode[code] === -1) {
      // Categories should differ, but nothing in the file makes them: one name is one donor.
      const name = donors[code]!;
      const unit = unitOfName.get(name) ?? names.length;
      if (unit === names.length) names.push(name);
      unitOfName.set(name, unit);
      unitOfCode[code] = unit;
    }
    return unitOfCode[code]!;
  });
  return { names, unitOf, cellsWithoutDonor };
}

/** How many of the units go to test. */
function testUnits(testSize: number, units: number): number {
  if (testSize === 0 || units < 2) return 0;
  return Math.min(Math.max(Math.round(testSize * units), 1), units - 1);
}

function countOnes(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}

function countSides(sides: Uint8Array): { train: number; test: number } {
  const cells = { train: 0, test: 0 };
  for (const side of sides) {
    if (side === Side.train) cells.train++;
    else if (side === Side.test) cells.test++;
  }
  return cells;
}

function share({ train, test }: { train: number; test: number }): number {
  return test === 0 ? 0 : test / (train + test);
}
