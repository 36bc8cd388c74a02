import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { alternate, median, type Program, runOnce } from '../../bench/measure.js';
import { figureTable, groupTable, judge } from '../../bench/table.js';

const folder = mkdtempSync(path.join(tmpdir(), 'gtk-measure-'));
afterAll(() => rmSync(folder, { recursive: true }));

const node = (script: string) => [process.execPath, '-e', script];

test('as many numbers lie below the median as above it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (numbers) => {
      const middle = median(numbers);
      const below = numbers.filter((number) => number < middle).length;
      const above = numbers.filter((number) => number > middle).length;
      expect(Math.max(below, above)).toBeLessThanOrEqual(numbers.length / 2);
      expect(median(numbers.toReversed())).toBe(middle);
    }),
  );
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

// Debian's package `time`; scripts/install-tools brings it.
describe.skipIf(!existsSync('/usr/bin/time'))('a process that is measured', () => {
  test('has the peak memory that it used, not that of the one that measures', async () => {
    const ballast = Buffer.alloc(300e6, 1);
    const small = await runOnce(node('0'));
    const large = await runOnce(node('Buffer.alloc(200e6, 1)'));
    expect(ballast).toHaveLength(300e6);
    expect(small.peak).toBeLessThan(150e6);
    expect(large.peak - small.peak).toBeGreaterThan(190e6);
    expect(large.peak - small.peak).toBeLessThan(230e6);
  });

  test('takes its warm-up first, is checked once, and then alternates with the others', async () => {
    const log = path.join(folder, 'log');
    writeFileSync(log, '');
    let checked = 0;
    const program = (name: string): Program => ({
      name,
      command: () => node(`fs.appendFileSync(${JSON.stringify(log)}, '${name}')`),
      check: () => {
        checked++;
      },
    });
    const measured = await alternate([program('A'), program('B')], 3);
    expect(readFileSync(log, 'utf8')).toBe('ABABABAB');
    expect(checked).toBe(2);
    expect(measured.map(({ runs }) => runs.length)).toEqual([3, 3]);
  });

  test('that fails is an error with what it said', async () => {
    await expect(runOnce(node('console.error("no such luck"); process.exit(3)'))).rejects.toThrow(
      /status 3:\n.*no such luck/s,
    );
  });

  test('that did not do its work is an error', async () => {
    const idle: Program = {
      name: 'idle',
      command: () => node('0'),
      check: (scratch) => {
        readFileSync(path.join(scratch, 'out/summary.json'));
      },
    };
    await expect(alternate([idle], 5)).rejects.toThrow(/ENOENT/);
  });
});

const figures = (name: string, wall: number, scale = 1) => ({
  name,
  scale,
  wall,
  user: wall,
  system: 0,
  peak: 1e6,
  runs: [{ wall: wall / scale, user: wall / scale, system: 0, peak: 1e6 }],
});

test('a goal is met on its own side of the limit', () => {
  const measured = [figures('fast', 0.5), figures('slow', 2)];
  const claim = { of: 'slow', over: 'fast', figure: 'time', limit: 4 } as const;
  expect(judge({ ...claim, bound: 'at least' }, measured)).toMatchObject({ value: 4, met: true });
  expect(judge({ ...claim, bound: 'at most' }, measured)).toMatchObject({ met: true });
  expect(judge({ ...claim, bound: 'at most', limit: 3.9 }, measured)).toMatchObject({ met: false });
  expect(judge({ ...claim, bound: 'at least', limit: 4.1 }, measured)).toMatchObject({ met: false });
  expect(judge({ ...claim, bound: 'none' }, measured).met).toBeUndefined();
  expect(() => judge({ ...claim, of: 'absent', bound: 'none' }, measured)).toThrow('absent');
});

test('the table says what was scaled and which goal was missed', () => {
  const measured = [figures('gtk codon', 0.5), figures('cusp', 20, 10)];
  const claim = { of: 'cusp', over: 'gtk codon', figure: 'time', bound: 'at least', limit: 50 } as const;
  const table = groupTable({ title: 'Some', measured, verdicts: [judge(claim, measured)] });
  expect(table.split('\n')).toContain(
    '| cusp (a tenth of the input, times 10.00) | 1 | 20.00 | 20.00 to 20.00 | 20.00 | 1 |',
  );
  expect(table.split('\n')).toContain('| cusp / gtk codon | 40× | at least 50× | missed |');
});

test('the table of a probe has every figure with its unit, and a verdict where there is a goal', () => {
  const atMost = (limit: number) => ({ bound: 'at most', limit }) as const;
  const table = figureTable({
    title: 'Answers',
    note: 'Of a server.',
    figures: [
      { name: 'median', value: 1.2345, unit: 'ms' },
      { name: 'longest', value: 51.5, unit: 'ms', goal: atMost(50) },
      { name: 'errors', value: 0, unit: '', goal: atMost(0) },
      { name: 'speed', value: 0.25, unit: '×', goal: { bound: 'at least', limit: 0.25 } },
      { name: 'requests', value: 1234.5, unit: '/s' },
    ],
  });
  expect(table).toBe(`## Answers

Of a server.

| figure | measured | goal |  |
| --- | --: | --: | --- |
| median | 1.23 ms |  |  |
| longest | 51.5 ms | at most 50 ms | missed |
| errors | 0 | at most 0 | met |
| speed | 0.250× | at least 0.25× | met |
| requests | 1235/s |  |  |
`);
});
