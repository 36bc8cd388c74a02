import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { LINKER, LTR_PRIMER, presets, type RunConfig } from '../../../src/pcr/config/columns.js';
import type { CutadaptSummary, ReadlenSummary } from '../../../src/pcr/steps/summaries.js';
import type { Workspace } from '../../../src/pcr/workspace.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder, testData } from '../../run-gtk.js';
import { fakePrograms } from '../fake-programs.js';
import { fastqOf, unzipped, workStep, workspaceOf } from '../step-workspace.js';

const cutadapt = requireTool('cutadapt');
const seqkit = requireTool('seqkit');
const folder = temporaryFolder();
const raw = ['R1', 'R2'].map((mate) => testData(`pcr/qslam_clean/${mate}.fastq.gz`));

/** cutadapt by hand; the pair that it wrote. */
function byHand(name: string, args: string[], pair: readonly string[]): string[] {
  const out = ['R1', 'R2'].map((mate) => path.join(folder, `${name}_${mate}.fastq`));
  execFileSync(cutadapt!, [...args, '-j', '1', '-o', out[0]!, '-p', out[1]!, ...pair], { stdio: 'ignore' });
  return out;
}

const both = ['--pair-filter', 'both', '-m', '30'];
const ltrPass = ['-e', '0.3', '--cut', '0', '-g', `${LTR_PRIMER};min_overlap=5`, ...both];
const linkerPass = ['-e', '0.1', '-U', '0', '-G', `${LINKER};min_overlap=10`, ...both];
// Written out, not computed: the reverse complements of the two.
const otherEnds = [
  '-a',
  'ACTGATACGCAGTC;min_overlap=6',
  '-A',
  'GAGATTTTCCACACTGACTAAAAGGGTCTGAGGGAT;min_overlap=6',
];
const readthroughPass = ['-e', '0.1', ...otherEnds, '--pair-filter', 'any', '-m', '30'];

const text = (file: string) => readFileSync(file, 'latin1');
const outputs = (workspace: Workspace) => Object.values(workspace.reads('cutPrimer')).map(unzipped);

/** Reads and bases of a file. */
function statsOf(file: string): [number, number] {
  const table = execFileSync(seqkit!, ['stats', '-T', file], { encoding: 'utf8' });
  const row = table.split('\n')[1]!.split('\t');
  return [Number(row[3]), Number(row[4])];
}

async function cut(config: Partial<RunConfig>) {
  const workspace = workspaceOf('qslam_clean');
  return { workspace, ...(await workStep<CutadaptSummary>(workspace, 'cutadapt', { config })) };
}

describe.skipIf(!cutadapt || !seqkit)('the step cutadapt', () => {
  /** After the first pass with all pairs kept. */
  let first: string[];
  beforeAll(() => {
    first = byHand('first', ltrPass, raw);
  });

  test('does as published what the two commands do', async () => {
    const { workspace, summary, record } = await cut(presets.published);
    const second = byHand('published', linkerPass, first);
    expect(outputs(workspace)).toEqual(second.map(text));
    const version = execFileSync(cutadapt!, ['--version'], { encoding: 'utf8' }).trim();
    expect(record.toolVersions).toEqual({ cutadapt: version });
    expect(summary.passes.map(({ cuts }) => cuts)).toEqual(['ltr', 'linker']);
    const [count, bases] = statsOf(second[0]!);
    expect([summary.pairs_in, summary.pairs_out]).toEqual([3179, count]);
    expect(summary.passes[1]!.bases_out).toBe(bases + statsOf(second[1]!)[1]);
    const parts = ['R1.fastq.gz', 'R2.fastq.gz', 'cutadapt_step1.json', 'cutadapt_step2.json', 'step.json'];
    expect(parts.filter((name) => !existsSync(workspace.resolve('cutPrimer', name)))).toEqual([]);
  });

  test('drops as recommended the pairs whose R1 lacks the primer, and cuts both ends', async () => {
    const { workspace, summary } = await cut(presets.recommended);
    // What the pass left as it was had no primer; cutadapt's own filter is not asked.
    const before = fastqOf(unzipped(raw[0]!));
    const kept = fastqOf(text(first[0]!)).map(([, bases], i) => bases !== before[i]![1]);
    const withPrimer = first.map((file) => {
      const out = path.join(folder, `primer-${path.basename(file)}`);
      writeFileSync(
        out,
        `${fastqOf(text(file))
          .filter((_, i) => kept[i])
          .flat()
          .join('\n')}\n`,
      );
      return out;
    });
    const third = byHand('recommended', readthroughPass, byHand('linked', linkerPass, withPrimer));
    expect(outputs(workspace)).toEqual(third.map(text));
    const without = kept.filter((has) => !has).length;
    expect(without).toBeGreaterThan(100);
    expect(summary.passes[0]).toMatchObject({ without_ltr: without, pairs_in: 3179, r2_with_adapter: null });
    expect(summary.passes.map(({ cuts }) => cuts)).toEqual(['ltr', 'linker', 'readthrough']);
    const [r1, r2] = third.map(statsOf);
    expect([summary.pairs_out, summary.passes[2]!.bases_out]).toEqual([r1![0], r1![1] + r2![1]]);
  });

  test('takes every column to the read that it is for', async () => {
    const { workspace, record } = await cut({
      ...presets.published,
      ltr_tail: 'TAGCA',
      r1_anchored: true,
      r1_error_rate: 0.25,
      r1_trim_leading_trailing: -5,
      r1_pair_filter: 'any',
      r1_minimum_length_of_read: 40,
      r2_anchored: true,
      r2_error_rate: 0.15,
      r2_trim_leading_trailing: 1,
      r2_pair_filter: 'first',
      r2_minimum_length_of_read: 90,
    });
    const ltr = ['-e', '0.25', '-u', '-5', '-g', `^${LTR_PRIMER}TAGCA`, '--pair-filter', 'any', '-m', '40'];
    const linker = ['-e', '0.15', '-U', '1', '-G', `^${LINKER}`, '--pair-filter', 'first', '-m', '90'];
    const expected = byHand('columns2', linker, byHand('columns1', ltr, raw));
    expect(outputs(workspace)).toEqual(expected.map(text));
    expect(record.argv.flat().join(' ')).not.toContain(workspace.root);
  });

  test('leaves a pair of no reads where none is right, and says so', async () => {
    const config = { r1_seq: 'G'.repeat(30), r1_error_rate: 0, r1_anchored: true };
    const { workspace, summary, log } = await cut(config);
    expect([summary.pairs_in, summary.pairs_out, ...outputs(workspace)]).toEqual([3179, 0, '', '']);
    expect(log).toContain('warning: no pairs are left');
    const readlen = await workStep<ReadlenSummary>(workspace, 'readlen');
    const counted = readlen.summary.files.map(({ reads, lengths }) => [reads, lengths]);
    expect(counted).toEqual([
      [0, []],
      [0, []],
    ]);
    expect(readlen.log).toContain('warning: R1.fastq.gz has no reads');
  });

  test('asks for no more bases than a short sequence has', async () => {
    const { record } = await cut({ r2_seq: 'GACT', r2_min_overlap: 10 });
    const line = record.argv.flat();
    expect(line).toContain('-GGACT;min_overlap=4');
    expect(line).toContain('-aAGTC;min_overlap=4');
  });
});

test.each(['r1_seq', 'r2_seq'] as const)('cutadapt does not start without %s', async (setting) => {
  await expect(cut({ [setting]: null })).rejects.toMatchObject({
    code: 'GTK_STEP_SETTING',
    message: expect.stringContaining(`${setting} is not set`),
  });
});

describe('a cutadapt that ends with status 0', () => {
  const report = (input: number, output: number) =>
    JSON.stringify({
      read_counts: { input, output, filtered: { too_short: Math.max(0, input - output) } },
      basepair_counts: { input: 1, output: 1 },
    });
  /** Writes the reports of its passes, and files that begin so. */
  const fake = (reports: string[], head = [0x1f, 0x8b, 8]) => `
    for (const arg of process.argv) {
      const [, name, file] = /^--(json|output|paired-output)=(.*)$/.exec(arg) ?? [];
      const content = { json: ${JSON.stringify(reports)}[/step(\\d)/.exec(file)?.[1] - 1] };
      if (name) require('fs').writeFileSync(file, content[name] ?? Buffer.from(${JSON.stringify(head)}));
    }`;

  test.each([
    ['nothing', '', 'its JSON report cannot be read: missing (ltr)'],
    ['no JSON', fake(['{']), 'its JSON report cannot be read: no JSON (ltr)'],
    ['a report without counts', fake(['{}']), 'its JSON report has no number read_counts.input (ltr)'],
    ['no gzip', fake([report(5, 5)], [0x40, 0x40, 0x40]), 'pass1_R1.fastq.gz is no gzip file (ltr)'],
    ['pairs that do not add up', fake([report(5, 7)]), 'it read 5 pairs and accounts for 7 (ltr)'],
    [
      'fewer pairs than the next pass reads',
      fake([report(5, 4), report(5, 5)]),
      'pass 2 read 5 pairs, expected the 4 that pass 1 wrote',
    ],
  ])('but leaves %s has failed', async (_what, body, reason) => {
    fakePrograms({ cutadapt: body });
    await expect(cut(presets.published)).rejects.toMatchObject({
      code: 'GTK_STEP_FAILED',
      message: `cutadapt failed: cutadapt: ${reason}`,
    });
  });
});
