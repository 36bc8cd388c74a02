import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Program } from '../../bench/measure.js';
import { rnaGroups } from '../../bench/rna.js';
import { requireTool } from '../agreement/tools.js';
import { copyOfIndex } from '../rna/cached-index.js';
import { temporaryFolder, testData } from '../run-gtk.js';

const yeast = testData('rna/fasta/Saccharomyces_cerevisiae.fa.gz');

const folder = temporaryFolder();
const groups = rnaGroups({ small: true }, folder);
const hasTools = ['kallisto', 'curl'].every(requireTool);

/** Runs a program as the bench warms it up, in a folder that stays; `done` may change what it left. */
async function warmUp(program: Program, spoil: (scratch: string) => void = () => {}): Promise<void> {
  const scratch = mkdtempSync(path.join(folder, 'scratch-'));
  program.arrange?.(scratch);
  const [executable, ...args] = program.command(scratch);
  // Not so that it blocks: the archive is in this process.
  await promisify(execFile)(executable!, args);
  spoil(scratch);
  await program.check?.(scratch);
}

test('the full groups claim what the command is held to, of workloads of full size', () => {
  const full = rnaGroups({ small: false }, folder);
  expect(full.map(({ title }) => title)).toEqual([
    '8 runs of 8,000 pairs, reads and index there',
    '8 runs of 150,000 pairs, reads and index there',
    '8 runs of 150,000 pairs, downloads as slow as kallisto',
    'Nothing to do',
    '2,000 runs, with a stand-in for kallisto that takes no time',
  ]);
  const claims = full.flatMap(({ claims }) => claims).filter(({ bound }) => bound !== 'none');
  expect(claims.map(({ of, over, figure, limit }) => [of, over, figure, limit])).toEqual([
    ['gtk rna batch', 'kallisto quant -t 2 in a shell loop', 'time', 0.65],
    ['gtk rna batch', 'kallisto quant -t 2 in a shell loop', 'time', 0.95],
    ['gtk rna batch --batch-size 1', 'kallisto quant -t 2 in a shell loop', 'time', 1.08],
    [
      'gtk rna batch --batch-size 2 --prefetch-batches 1',
      'kallisto quant -t 2 in a shell loop',
      'time',
      1.15,
    ],
    ['gtk rna batch --stream', 'kallisto quant -t 2 in a shell loop', 'time', 1.15],
    ['gtk rna batch, 8 runs done', 'node -e 0', 'extra', 300],
    ['gtk rna batch, 2,000 runs done', 'node -e 0', 'extra', 950],
  ]);
  expect(claims.every(({ bound }) => bound === 'at most')).toBe(true);
  expect(full.at(-1)!.programs).toMatchObject([{ memoryLimit: 150e6 }]);
  for (const { claims, programs } of full) {
    const names = programs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { of, over } of claims) expect(names).toEqual(expect.arrayContaining([of, over]));
  }
});

describe.skipIf(!hasTools)('with its inputs', () => {
  beforeAll(async () => {
    copyOfIndex(yeast, path.join(folder, 'rna-index', 'Saccharomyces_cerevisiae.idx'));
    for (const { prepare } of groups) await prepare!();
  }, 120_000);
  afterAll(async () => {
    for (const { finish } of groups) await finish?.();
  });

  const programs = groups.flatMap(({ title, programs }) =>
    programs.map((program) => ({ program, name: program.name, title })),
  );
  test.each(programs)('$title: $name does its work', ({ program }) => warmUp(program), 60_000);

  test('what was on the disk is told once all have run', () => {
    const { note } = groups[2]!;
    expect(note).toMatch(
      /--batch-size 2: 0\.[1-9] MB; .*--prefetch-batches 1: \d\.\d MB; .*--stream: 0\.0 MB/,
    );
  });

  test('a table that differs is found out', async () => {
    const [loop] = groups[0]!.programs;
    const spoil = (scratch: string) => {
      const table = path.join(scratch, 'SRR9000002', 'abundance.tsv');
      writeFileSync(table, readFileSync(table, 'utf8').replace(/\d\n$/, '0\n'));
    };
    await expect(warmUp(loop!, spoil)).rejects.toThrow(/another table of SRR9000002/);
  });

  test('work where there should be none is found out', async () => {
    const done = groups[3]!.programs[1]!;
    const spoil = () => {
      const journal = path.join(folder, 'rna-done-3', 'out', '.gtk', 'journal.jsonl');
      writeFileSync(journal, `${readFileSync(journal, 'utf8')}{}\n`);
    };
    await expect(warmUp(done, spoil)).rejects.toThrow(/something to do/);
  });
});
