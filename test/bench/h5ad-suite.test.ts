import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { h5adGroups } from '../../bench/h5ad.js';
import { H5adInput, smallWorkloads } from '../../bench/h5ad-inputs.js';
import type { Program } from '../../bench/measure.js';
import { groupTable, judge, memoryTable } from '../../bench/table.js';
import { hasH5py } from '../formats/hdf5/h5py.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const groups = h5adGroups({ small: true }, folder);
const programs = groups.flatMap(({ programs }) => programs);

/** Runs a program as the bench warms it up, in a folder that stays. */
async function warmUp(program: Program): Promise<void> {
  const scratch = mkdtempSync(path.join(folder, 'scratch-'));
  const [executable, ...args] = program.command(scratch);
  execFileSync(executable!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  await program.check!(scratch);
}

test('the full groups claim what the command is held to, of workloads of full size', () => {
  const full = h5adGroups({ small: false }, folder);
  expect(full.map(({ title }) => title)).toEqual([
    '50,000 cells × 33,000 genes',
    'Four times the cells',
    '100 files of 200 cells × 2,000 genes',
    'Workers, 50,000 cells × 33,000 genes',
  ]);
  const claims = full.flatMap(({ claims }) => claims).filter(({ bound }) => bound !== 'none');
  expect(claims.map(({ of, over, limit }) => [of, over, limit])).toEqual([
    ['gtk h5ad', 'h5py, reading only', 1.5],
    ['gtk h5ad', 'h5py and numpy, plain text', 0.5],
    ['gtk h5ad, 200,000 cells', 'gtk h5ad, 50,000 cells', 4.2],
    ['gtk h5ad, 100 files', 'gtk h5ad, one file of 20,000 cells', 30],
  ]);
  expect(claims.every(({ bound }) => bound === 'at most')).toBe(true);
  expect(full[2]!.claims).toMatchObject([{ figure: 'extra', items: 100 }]);
  for (const { claims, programs } of full) {
    const names = programs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { of, over } of claims) expect(names).toEqual(expect.arrayContaining([of, over]));
  }
});

test('gtk is given 2 workers, unless they are what is compared, and 1 GB', () => {
  const own = programs.filter(({ name }) => name.startsWith('gtk'));
  const workers = own.map((program) => {
    const command = program.command('/scratch');
    return command[command.indexOf('--workers') + 1];
  });
  expect(workers).toEqual(['2', '2', '2', '2', '2', '1', '2']);
  expect(own.map(({ memoryLimit }) => memoryLimit)).toEqual(Array(7).fill(1e9));
});

describe.skipIf(!hasH5py)('with its inputs', () => {
  beforeAll(async () => {
    for (const { prepare } of groups) await prepare!();
  });

  test.each(programs.map((program, at) => ({ program, name: program.name, number: at + 1 })))(
    'program $number, $name, makes as many sentences and genes as its input holds',
    ({ program }) => warmUp(program),
  );

  test('a program that leaves other sentences, or reads other values, is found out', async () => {
    const input = new H5adInput(smallWorkloads.single, folder);
    const file = path.join(path.dirname(input.path), 'contents.json');
    const original = readFileSync(file, 'utf8');
    const contents = JSON.parse(original);
    contents.files[0].tokens += 1;
    contents.files[0].stored += 1;
    writeFileSync(file, JSON.stringify(contents));
    try {
      const [gtk, reading, text] = groups[0]!.programs;
      await expect(warmUp(gtk!)).rejects.toThrow(/gtk h5ad left .*tokens/);
      await expect(warmUp(reading!)).rejects.toThrow(/reading only left .*values/);
      await expect(warmUp(text!)).rejects.toThrow(/plain text left .*tokens/);
    } finally {
      writeFileSync(file, original);
    }
  });
});

const figures = (name: string, wall: number, peak: number) => ({
  name,
  scale: 1,
  wall,
  user: wall,
  system: 0,
  peak,
  memoryLimit: 1e9,
  runs: [{ wall, user: wall, system: 0, peak }],
});

test('what each item costs beyond the work is given in milliseconds, memory as a ratio of peaks', () => {
  const measured = [figures('many', 5, 1.2e9), figures('one', 2.5, 0.4e9)];
  const pair = { of: 'many', over: 'one' };
  const extra = judge({ ...pair, figure: 'extra', items: 100, bound: 'at most', limit: 30 }, measured);
  const memory = judge({ ...pair, figure: 'memory', bound: 'none', limit: 0 }, measured);
  expect(extra).toMatchObject({ value: 25, met: true });
  expect(memory.met).toBeUndefined();
  expect(memory.value).toBeCloseTo(3, 12);
  const result = { title: 'Some', note: 'Why.', measured, verdicts: [extra, memory] };
  const lines = groupTable(result).split('\n');
  expect(lines.slice(0, 4)).toEqual(['## Some', '', 'Why.', '']);
  expect(lines).toContain('| (many − one) / 100 | 25.0 ms | at most 30 ms | met |');
  expect(lines).toContain('| peak memory, many / one | 3.00× |  |  |');
  expect(memoryTable([result]).split('\n')).toEqual(
    expect.arrayContaining([
      '| Some | many | 1200 | at most 1000 MB | missed |',
      '| Some | one | 400 | at most 1000 MB | met |',
    ]),
  );
});
