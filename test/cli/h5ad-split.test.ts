import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasH5py, writeH5ads } from '../h5ad/h5ad-files.js';
import { type SplitCell, testDonors } from '../h5ad/plain-split.js';
import { completion, type Row, sides } from '../h5ad/read-output.js';
import { h5adDone, logLines, newInputFolder } from '../h5ad/run-h5ad.js';
import { temporaryFolder } from '../run-gtk.js';

const { cwd, input } = newInputFolder(temporaryFolder());

/** Files, and what stands in obs of each: the donor and the age in years of every cell. */
const statements = `
import json
told = {}

def label(age):
    if age is None: return 'adult stage'
    return f'{age}-year-old stage' if age >= 2 else f'{round(12 * age)}-month-old stage'

def file(name, cells, columns):
    """cells: (donor, age) of each; columns: the other columns of obs, by donor."""
    obs = {column: made([donor for donor, _ in cells]) for column, made in columns.items()}
    obs['development_stage'] = categorical([label(age) for _, age in cells])
    h5ad(name + '.h5ad', len(cells), 12, obs, x=counts(len(cells), 12)).close()
    told[name] = [{'name': f'cell{i}', 'donor': donor or None, 'age': age} for i, (donor, age) in enumerate(cells)]

# Sixty donors, whose cells are far from one another; some of several ages, some of none, and cells of nobody.
def many(i):
    donor = i * 37 % 61
    ages = [30, 30, 41, 22.5, 1.5, 41, 30, None, [50, 51][i // 61 % 2], 60]
    return (None if donor == 60 else '' if i % 97 == 5 else f'dönor {donor}', ages[donor % 10])
cells = [many(i) for i in range(61 * 6)]
file('many', cells, {'donor_id': categorical, 'individual': lambda donors: ['x'] * len(donors)})
file('numbers', [(str(i % 11), 40 + i % 11 % 3) for i in range(50)], {'subject_id': lambda donors: np.array(donors, int)})
file('one', [('a', 33)] * 9, {'donor': categorical})
file('two', [('ab'[i % 2], 33) for i in range(9)], {'individual': list})
file('nobody', [(None, 20 + i % 4 if i % 7 else None) for i in range(45)], {})
json.dump(told, open('../told.json', 'w'))
`;

const names = ['many', 'nobody', 'numbers', 'one', 'two'];
let told: Record<string, SplitCell[]>;

beforeAll(() => {
  if (!hasH5py) return;
  writeH5ads(input, statements);
  told = JSON.parse(readFileSync(path.join(cwd, 'data/told.json'), 'utf8'));
});

const idsOf = (rows: Row[]) => rows.map((row) => row.cell_id as string);

describe.skipIf(!hasH5py)('The division into train and test', () => {
  test.each([
    { out: 'usual', testSize: 0.05, seed: 42, filters: true, args: [] },
    {
      out: 'large',
      testSize: 0.3,
      seed: 7,
      filters: false,
      args: ['--test-size', '0.3', '--seed', '7', '--no-age-filter', '--workers', '1', '--chunk-size', '13'],
    },
    {
      out: 'half',
      testSize: 0.5,
      seed: 0,
      filters: true,
      args: ['--test-size', '.5', '--seed', '0', '--top-genes', '1'],
    },
    { out: 'none', testSize: 0, seed: 42, filters: false, args: ['--test-size', '0', '--no-age-filter'] },
  ])('is that of the rule for files of every kind: $args', async ({ out, testSize, seed, filters, args }) => {
    const datasets = await h5adDone(cwd, ['--output-dir', out, ...args]);
    expect(datasets.map(({ name }) => name)).toEqual(names);
    for (const { name, summary } of datasets) {
      // Without a donor column each cell stands for itself, by its number in the file.
      const cells =
        name === 'nobody' ? told[name]!.map((cell, i) => ({ ...cell, donor: String(i) })) : told[name]!;
      const kept = cells.filter(({ age }) => !filters || age !== null);
      const chosen = testDonors(kept, testSize, seed);
      const goesToTest = ({ donor }: SplitCell) => donor !== null && chosen.includes(donor);
      const { train, test } = await sides(path.join(cwd, out, name));
      expect(idsOf(test)).toEqual(kept.filter(goesToTest).map(({ name }) => name));
      expect(idsOf(train)).toEqual(kept.filter((cell) => !goesToTest(cell)).map(({ name }) => name));
      expectFacts(name, out, kept, chosen.length, summary!.facts.split.warnings);
    }
  });

  test('is none with --skip-train-test-split', async () => {
    const datasets = await h5adDone(cwd, [
      '--output-dir',
      'whole',
      '--skip-train-test-split',
      '--no-age-filter',
    ]);
    for (const { name, summary } of datasets) {
      const { train, test, all } = await sides(path.join(cwd, 'whole', name));
      expect([train, test]).toEqual([[], []]);
      expect(idsOf(all)).toEqual(told[name]!.map((cell) => cell.name));
      expect(summary!.facts.split.warnings).toEqual([]);
    }
  });
});

/** The counts that are told are those of the cells, and each file has the warning that it should. */
function expectFacts(name: string, out: string, kept: SplitCell[], units: number, warnings: string[]): void {
  const { cells, sides } = completion(path.join(cwd, out, name));
  const named = new Set(kept.flatMap(({ donor }) => donor ?? []));
  const donors = name === 'nobody' ? 0 : named.size;
  expect(cells).toMatchObject({ total: told[name]!.length, kept: kept.length });
  expect(sides.map(({ side }: { side: string }) => side)).toEqual(['train', 'test']);
  const [train, test] = sides;
  expect(train.cells + test.cells).toBe(kept.length);
  expect([train.donors, test.donors]).toEqual(donors === 0 ? [0, 0] : [donors - units, units]);
  if (donors === 0) expect(test.cells).toBe(units);
  const split = logLines(cwd, name).filter(({ msg }) => msg === 'split');
  expect(split.at(-1)).toMatchObject({ donors, test_share: test.cells / kept.length, warnings });
  const patterns: Record<string, RegExp> = {
    many: /^cells without a donor go to train: \d+$/,
    nobody: /^no donor column \(donor_id, donor, subject_id, individual\): cells are divided one by one/,
    one: /^only one donor: all cells go to train$/,
  };
  const isWarned = name in patterns && (name === 'many' || out !== 'none');
  expect(warnings).toEqual(isWarned ? [expect.stringMatching(patterns[name]!)] : []);
}
