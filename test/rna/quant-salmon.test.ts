import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { salmonArguments } from '../../src/rna/quant/arguments.js';
import { quantify } from '../../src/rna/quant/quantify.js';
import { validateResult } from '../../src/rna/quant/result.js';
import { convertSalmon } from '../../src/rna/quant/salmon-result.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { failureOf, kallistoIndex, mouseFasta, mousePair, pombePair, workshop } from './quant-setup.js';
import { sample } from './samples.js';

test('salmon is given mates by side and the length of single fragments', () => {
  const order = { index: '/i', stage: '/s', threads: 3, fragmentLength: 250 } as const;
  const files = ['/a_1', '/a_2', '/b_1', '/b_2'];
  const start = ['--no-version-check', 'quant', '-i', '/i', '-l', 'A'];
  const end = ['-p', '3', '-o', '/s'];
  expect(salmonArguments({ ...order, layoutUsed: 'paired', files })).toEqual([
    ...start,
    ...['-1', '/a_1', '/b_1', '-2', '/a_2', '/b_2'],
    ...end,
  ]);
  expect(salmonArguments({ ...order, layoutUsed: 'single', files: ['/a', '/b'] })).toEqual([
    ...start,
    ...['-r', '/a', '/b', '--fldMean', '250', '--fldSD', '25'],
    ...end,
  ]);
});

test("salmon's columns are found by name, and a cut-off table stays cut off", async () => {
  const from = temporaryFolder();
  const stage = temporaryFolder();
  mkdirSync(path.join(from, 'aux_info'));
  const meta = { num_valid_targets: 2, num_processed: 1000, num_mapped: 333, percent_mapped: 33.349 };
  writeFileSync(path.join(from, 'aux_info', 'meta_info.json'), JSON.stringify(meta));
  const quantSf = path.join(from, 'quant.sf');
  writeFileSync(
    quantSf,
    'TPM\tName\tLength\tEffectiveLength\tNumReads\n7.5\ta\t10\t9.5\t3\n0\tb\t20\t19\t0\n',
  );
  convertSalmon(from, stage, ['quant', '-i', 'x']);
  expect(readFileSync(path.join(stage, 'abundance.tsv'), 'utf8')).toBe(
    'target_id\tlength\teff_length\test_counts\ttpm\na\t10\t9.5\t3\t7.5\nb\t20\t19\t0\t0\n',
  );
  expect(validateResult(stage, 'R')).toMatchObject({
    readsProcessed: 1000,
    pPseudoaligned: 33.3,
    targets: 2,
  });
  writeFileSync(quantSf, 'Name\tLength\tEffectiveLength\tTPM\tNumReads\na\t10\t9.5\t7.5\t3\nb\t20\t19\t0\t0');
  convertSalmon(from, stage, []);
  expect((await failureOf(() => validateResult(stage, 'R'))).message).toContain('cut off');
  writeFileSync(quantSf, 'Name\tLength\n');
  expect(() => convertSalmon(from, stage, [])).toThrow('quant.sf begins with');
});

describe.skipIf(!requireTool('salmon') || !requireTool('kallisto'))('salmon', { timeout: 60_000 }, () => {
  const folder = temporaryFolder();
  const index = path.join(folder, 'mouse.salmon');
  beforeAll(() => {
    execFileSync('salmon', ['--no-version-check', 'index', '-t', mouseFasta, '-i', index, '-p', '1'], {
      stdio: 'ignore',
    });
  });

  const input = (name: string, files: readonly string[]) => {
    const { shop } = workshop({ engine: 'salmon' });
    const stage = path.join(folder, name);
    const logFile = path.join(folder, `${name}.log`);
    return {
      files,
      index,
      stage,
      logFile,
      shop,
      threads: 1,
      layoutUsed: 'paired' as const,
      sample: sample('R'),
    };
  };

  /** Estimated counts by target. */
  const counts = (place: string) =>
    new Map(
      readFileSync(path.join(place, 'abundance.tsv'), 'utf8')
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t'))
        .map(([target, , , count]) => [target, Number(count)]),
    );

  test('agrees with kallisto, and leaves the same two files', async () => {
    const given = input('pair', mousePair);
    const result = await quantify(given);
    expect(readdirSync(given.stage).sort()).toEqual(['abundance.tsv', 'run_info.json']);
    expect(result).toMatchObject({ readsProcessed: 10_000, targets: 11, warnings: [] });
    expect(Math.abs(result.pPseudoaligned - 54.4)).toBeLessThan(10);
    const info = JSON.parse(readFileSync(path.join(given.stage, 'run_info.json'), 'utf8'));
    expect(info).toMatchObject({ backend: 'salmon', n_targets: 11, n_processed: 10_000 });
    const byHand = path.join(folder, 'kallisto');
    const mouseIndex = kallistoIndex(folder, mouseFasta);
    execFileSync('kallisto', ['quant', '-i', mouseIndex, '-o', byHand, ...mousePair], { stdio: 'ignore' });
    const [ours, theirs] = [counts(given.stage), counts(byHand)];
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    expect(correlation([...ours.keys()].map((key) => [ours.get(key)!, theirs.get(key)!]))).toBeGreaterThan(
      0.99,
    );
  });

  test('fails with its reason on foreign reads and on a cut-off file', async () => {
    const foreign = input('foreign', pombePair);
    expect((await failureOf(quantify(foreign))).reason).toBe('zero-aligned');
    expect(existsSync(foreign.stage)).toBe(false);
    const cut = path.join(folder, 'cut.fastq.gz');
    writeFileSync(cut, readFileSync(mousePair[0]!).subarray(0, 200_000));
    expect((await failureOf(quantify(input('cut', [cut, mousePair[1]!])))).reason).toBe('truncated-input');
  });
});

/** Pearson's. */
function correlation(pairs: [number, number][]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  const sum = (term: (x: number, y: number) => number) =>
    pairs.reduce((total, [x, y]) => total + term(x - mx, y - my), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}
