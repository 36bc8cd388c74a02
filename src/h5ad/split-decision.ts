/** Which cells are kept and on which side they are, decided once for the whole file, from `obs` alone. */
import { gtkError } from '../errors.js';
import { type Labels, readAges, readDonors } from './cell-facts.js';
import type { AgeFacts, SideFacts, SplitFacts } from './facts.js';
import type { RunOptions } from './options.js';
import { sideNames } from './sides.js';
import type { CellSource } from './source.js';
import { type CellSplit, splitCells } from './split.js';

/** Which cells are kept, and on which side, by what `obs` says of them. */
export function decide(
  file: Pick<CellSource, 'path' | 'cells' | 'obs'>,
  options: Pick<RunOptions, 'age' | 'ageFilter' | 'split' | 'testSize' | 'seed'>,
): { sides: Uint8Array; facts: [AgeFacts, SplitFacts] } {
  const { ages, stages } = readAges(file.obs);
  const filters = options.age && options.ageFilter;
  const kept = new Uint8Array(file.cells).fill(1);
  if (filters) for (let i = 0; i < kept.length; i++) kept[i] = Number.isNaN(ages[i]) ? 0 : 1;
  const ageFacts = describeAges(ages, stages, filters);
  if (filters && ageFacts.with_age === 0) {
    const [most] = ageFacts.without;
    const example = stages ? (most ? `'${most.label}'` : 'nothing') : 'no such column';
    throw gtkError('GTK_NO_AGES', { path: file.path, cells: file.cells, example });
  }
  const donors = readDonors(file.obs);
  const split: CellSplit | undefined = options.split
    ? splitCells({
        donorCodes: donors?.codes,
        donors: donors?.labels ?? [],
        ages,
        kept,
        testSize: options.testSize,
        seed: options.seed,
      })
    : undefined;
  const sides = split?.sides ?? kept;
  const splitFacts: SplitFacts = {
    name: 'split',
    ...(donors && { column: donors.column }),
    ...describeSides(sides, sideNames(options.split), donors, ages),
    warnings: split?.facts.warnings ?? [],
  };
  return { sides, facts: [ageFacts, splitFacts] };
}

/** Labels that are shown, of those that give no age. */
const SHOWN_LABELS = 10;

function describeAges(ages: Float64Array, stages: Labels | undefined, filters: boolean): AgeFacts {
  const cells = new Uint32Array((stages?.labels.length ?? 0) + 1);
  let without = 0;
  for (let i = 0; i < ages.length; i++) {
    if (!Number.isNaN(ages[i])) continue;
    without += 1;
    cells[(stages?.codes[i] ?? -1) + 1]! += 1;
  }
  const labels = [...cells].flatMap((count, i) =>
    count === 0 ? [] : [{ label: i === 0 ? 'missing' : stages!.labels[i - 1]!, cells: count }],
  );
  labels.sort((a, b) => b.cells - a.cells || (a.label < b.label ? -1 : 1));
  return {
    name: 'ages',
    ...(stages && { column: stages.column }),
    with_age: ages.length - without,
    without_age: without,
    dropped: filters ? without : 0,
    without: stages ? labels.slice(0, SHOWN_LABELS) : [],
  };
}

function describeSides(
  codes: Uint8Array,
  names: ReturnType<typeof sideNames>,
  donors: Labels | undefined,
  ages: Float64Array,
): Pick<SplitFacts, 'donors' | 'cells_without_donor' | 'sides' | 'test_share'> {
  const counts = names.map(() => ({ cells: 0, donors: new Set<number>(), ages: new Map<number, number>() }));
  let withoutDonor = 0;
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] === 0) continue;
    const side = counts[codes[i]! - 1]!;
    side.cells += 1;
    const donor = donors?.codes[i] ?? -1;
    if (donor < 0) withoutDonor += 1;
    else side.donors.add(donor);
    const age = Math.round(ages[i]! * 10) / 10;
    side.ages.set(age, (side.ages.get(age) ?? 0) + 1);
  }
  const sides = names.map((side, i): SideFacts => {
    const { cells, donors, ages } = counts[i]!;
    const sorted = [...ages].sort(([a], [b]) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b));
    return {
      side,
      cells,
      donors: donors.size,
      ages: sorted.map(([age, cells]) => ({ age: Number.isNaN(age) ? null : age, cells })),
    };
  });
  const total = sides.reduce((sum, { cells }) => sum + cells, 0);
  const test = sides.find(({ side }) => side === 'test');
  return {
    donors: new Set(counts.flatMap(({ donors }) => [...donors])).size,
    cells_without_donor: donors ? withoutDonor : total,
    sides,
    ...(test && { test_share: total === 0 ? 0 : test.cells / total }),
  };
}
