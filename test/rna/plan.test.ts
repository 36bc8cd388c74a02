import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statistics } from '../../src/rna/aggregate.js';
import { bytesOf } from '../../src/rna/disk.js';
import { automaticBatchSize, planBatches } from '../../src/rna/plan.js';
import { setAside } from '../../src/rna/work/set-aside.js';
import { sample } from './samples.js';

const runs = (count: number) => Array.from({ length: count }, (_, i) => sample(`SRR${i + 1}`));
const names = (batches: readonly { run: string }[][]) => batches.map((batch) => batch.map(({ run }) => run));

describe('Batches', () => {
  test('are cut in the order of the metadata: 307 runs by 8 are 39, 83 are 11', () => {
    expect(planBatches(runs(307), () => false, { batchSize: 8 }).batches).toHaveLength(39);
    const { batches } = planBatches(runs(83), () => false, { batchSize: 8 });
    expect(batches).toHaveLength(11);
    expect(batches.flat().map(({ run }) => run)).toEqual(runs(83).map(({ run }) => run));
  });

  test('hold only what is left to do: it is cut after finished runs are taken out', () => {
    const done = new Set(['SRR1', 'SRR3', 'SRR5']);
    const plan = planBatches(runs(7), ({ run }) => done.has(run), { batchSize: 2 });
    expect(names(plan.batches)).toEqual([
      ['SRR2', 'SRR4'],
      ['SRR6', 'SRR7'],
    ]);
    expect(plan.skipped.map(({ run }) => run)).toEqual([...done]);
  });

  test('shrink to what the disk may hold, to one run at least', () => {
    const samples = [10, 20, 100, 5, 5, 30].map((bytes, i) =>
      sample(`SRR${i}`, { size: bytes, totalBases: undefined }),
    );
    const { batches } = planBatches(samples, () => false, { batchSize: 4, diskBytes: 46 });
    expect(names(batches)).toEqual([['SRR0', 'SRR1'], ['SRR2'], ['SRR3', 'SRR4', 'SRR5']]);
  });

  test('suit the free space when that is asked for', () => {
    const sizes = [1, 15, 400, 600, 900, 1100, 5000].map((gigabytes) =>
      automaticBatchSize(gigabytes * 2 ** 30),
    );
    expect(sizes).toEqual([8, 8, 12, 30, 30, 100, 100]);
  });

  test('skipped and excluded runs are all runs, whatever the rules', () => {
    const kind = fc.constantFrom('todo', 'done', 'excluded');
    const rules = fc.record({
      batchSize: fc.integer({ min: 1, max: 9 }),
      maxSamples: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      diskBytes: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(kind, { maxLength: 40 }), rules, (kinds, rules) => {
        const samples = kinds.map((kind, i) =>
          sample(`SRR${i}`, {
            size: (i * 7) % 50,
            totalBases: undefined,
            excluded: kind === 'excluded' ? 'exclusion' : undefined,
          }),
        );
        const plan = planBatches(samples, ({ run }) => kinds[Number(run.slice(3))] === 'done', rules);
        const records = setAside(plan);
        const total = samples.length;
        const all = [...records.map(({ run }) => run), ...plan.batches.flat().map(({ run }) => run)];
        expect(all.toSorted()).toEqual(samples.map(({ run }) => run).toSorted());
        const counts = statistics(records, { total, batchesPlanned: 0, bytesDownloaded: 0, seconds: 0 });
        const { processed, skipped, failed, excluded, pending } = counts;
        expect(processed + skipped + failed + excluded + pending).toBe(total);
        expect(pending).toBe(plan.batches.flat().length);
        for (const batch of plan.batches) {
          expect(batch.length).toBeLessThanOrEqual(rules.batchSize);
          const bytes = batch.reduce((sum, one) => sum + bytesOf(one), 0);
          if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(rules.diskBytes ?? Infinity);
        }
        if (rules.maxSamples !== undefined) {
          expect(plan.skipped.length + plan.batches.flat().length).toBeLessThanOrEqual(rules.maxSamples);
        }
      }),
    );
  });
});

test('The disk that reads may take comes from the FASTQ files, else from archive and bases', () => {
  const file = { address: 'h/a.fastq.gz', name: 'a.fastq.gz', md5: undefined };
  const archive = {
    files: [
      { ...file, bytes: 1000 },
      { ...file, bytes: 500 },
    ],
    md5s: [],
  };
  expect(bytesOf(sample('SRR1', { archive, size: 7, totalBases: 9 }))).toBe(1650);
  expect(bytesOf(sample('SRR1', { size: 1000, totalBases: 5000 }))).toBe(1100 + 12_000);
  expect(bytesOf(sample('SRR1', { size: undefined, totalBases: undefined }))).toBe(0);
});
