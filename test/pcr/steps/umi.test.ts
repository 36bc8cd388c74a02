import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UmiSummary } from '../../../src/pcr/steps/summaries.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder } from '../../run-gtk.js';
import { fastqOf, unzipped, workStep, workspaceOf, workspaceWith } from '../step-workspace.js';

const fastp = requireTool('fastp');

type Lines = [string, string, string, string];
type Pair = [Lines, Lines];

/** The step by its definition, a pair at a time. */
function slowly(pairs: Pair[], read: 'r1' | 'r2', pattern: string): [string, string] {
  const texts: [string, string] = ['', ''];
  const letters = [...pattern];
  const cut = (line: string) =>
    letters.map((letter, i) => (letter === 'X' ? line[i] : '')).join('') + line.slice(pattern.length);
  for (const pair of pairs) {
    const tagged = pair[read === 'r1' ? 0 : 1];
    if (tagged[1].length < pattern.length) continue;
    const umi = letters.map((letter, i) => (letter === 'N' ? tagged[1][i] : '')).join('');
    for (const mate of [0, 1] as const) {
      const [header, bases, , qualities] = pair[mate];
      const [, name, rest] = /^(\S*?)((?:\/[12])?(?:\s.*)?)$/.exec(header)!;
      const left = pair[mate] === tagged ? [cut(bases), cut(qualities)] : [bases, qualities];
      texts[mate] += `${name}_${umi}${rest}\n${left[0]}\n+\n${left[1]}\n`;
    }
  }
  return texts;
}

const textOf = (pairs: Pair[], mate: 0 | 1) => pairs.map((pair) => `${pair[mate].join('\n')}\n`).join('');

/** Bases and qualities; what quality a base has follows from which it is. */
const sequence = fc
  .string({ unit: fc.constantFrom(...'ACGTN'), maxLength: 12 })
  .map(
    (bases) => [bases, bases.replace(/./g, (base) => String.fromCharCode(base.charCodeAt(0) - 20))] as const,
  );
const ends = fc.constantFrom(['', ''], ['/1', '/2'], [' 1:N:0', ' 2:N:0'], ['/1\ta', '/2\tb']);
const pair = fc.tuple(fc.nat(1e6), ends, sequence, sequence).map(
  ([number, end, first, second]): Pair => [
    [`@r:${number}${end[0]}`, first[0], '+', first[1]],
    [`@r:${number}${end[1]}`, second[0], `+r:${number}`, second[1]],
  ],
);
const runs = fc.record({
  pairs: fc.array(pair, { minLength: 1, maxLength: 20 }),
  umi_pattern: fc.string({ unit: fc.constantFrom('N', 'X'), maxLength: 8 }).map((text) => `${text}N`),
  umi_read: fc.constantFrom('r1' as const, 'r2' as const),
});

describe('the step umi', () => {
  test('does what its definition says', async () => {
    const check = fc.asyncProperty(runs, async ({ pairs, ...config }) => {
      const workspace = workspaceWith(textOf(pairs, 0), textOf(pairs, 1));
      const { summary } = await workStep<UmiSummary>(workspace, 'umi', { config });
      const expected = slowly(pairs, config.umi_read, config.umi_pattern);
      const { r1, r2 } = workspace.reads('umi');
      expect([unzipped(r1), unzipped(r2)]).toEqual(expected);
      const umis = fastqOf(expected[0]).map(([name]) => /_([ACGTN]+)/.exec(name)![1]);
      expect(summary).toEqual({
        read: config.umi_read,
        pattern: config.umi_pattern,
        pairs_in: pairs.length,
        pairs_out: umis.length,
        too_short: pairs.length - umis.length,
        distinct_umis: new Set(umis).size,
        distinct_umis_is_minimum: false,
      });
      expect(JSON.parse(readFileSync(workspace.resolve('umi/summary.json'), 'utf8'))).toEqual(summary);
    });
    await fc.assert(check, { numRuns: 25 });
  });

  test.skipIf(!fastp)('does what fastp does, but for what joins UMI and name', async () => {
    const workspace = workspaceOf('qslam_umi');
    const config = { umi_read: 'r2', umi_pattern: 'NNNNNNNN' } as const;
    const { summary } = await workStep<UmiSummary>(workspace, 'umi', { config });
    const folder = temporaryFolder();
    const out = ['R1', 'R2'].map((mate) => path.join(folder, `${mate}.fastq`));
    const { raw } = workspace;
    const files = ['-i', raw.r1, '-I', raw.r2, '-o', out[0]!, '-O', out[1]!];
    const reports = ['-j', path.join(folder, 'fastp.json'), '-h', path.join(folder, 'fastp.html'), '-w', '1'];
    const umi = ['-U', '--umi_loc=read2', '--umi_len=8', '-A', '-Q', '-L', '-G'];
    execFileSync(fastp!, [...files, ...reports, ...umi], { stdio: 'ignore' });
    const ours = Object.values(workspace.reads('umi'));
    const theirs = out.map((file) =>
      readFileSync(file, 'latin1').replace(/^(@\S+):([ACGTN]{8}) /gm, '$1_$2 '),
    );
    expect(ours.map(unzipped)).toEqual(theirs);
    expect([summary.pairs_in, summary.pairs_out]).toEqual([3001, 3001]);
  });

  test('is not done without a read and a pattern', async () => {
    const workspace = workspaceWith('', '');
    for (const [config, setting] of [
      [{ umi_pattern: 'NN' }, 'umi_read'],
      [{ umi_read: 'r1' }, 'umi_pattern'],
    ] as const) {
      await expect(workStep(workspace, 'umi', { config })).rejects.toMatchObject({
        code: 'GTK_STEP_SETTING',
        message: expect.stringContaining(`${setting} is not set`),
      });
    }
  });

  test('fails on mates of other names and on damaged gzip, and leaves nothing', async () => {
    const config = { umi_read: 'r1', umi_pattern: 'NN' } as const;
    const workspace = workspaceWith('@a\nACGT\n+\nIIII\n', '@b\nACGT\n+\nIIII\n');
    await expect(workStep(workspace, 'umi', { config })).rejects.toMatchObject({
      code: 'GTK_UNPAIRED',
      message: expect.stringMatching(/^rawdata\/R1.fastq.gz and rawdata\/R2.fastq.gz are no pair/),
    });
    const whole = readFileSync(workspaceOf('qslam_umi').raw.r1);
    writeFileSync(workspace.raw.r1, whole.subarray(0, 50_000));
    writeFileSync(workspace.raw.r2, whole);
    await expect(workStep(workspace, 'umi', { config })).rejects.toMatchObject({ code: 'GTK_TRUNCATED' });
    expect([readdirSync(workspace.resolve('umi')), readdirSync(workspace.tmp)]).toEqual([[], []]);
  });
});
