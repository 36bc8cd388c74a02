import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSiteTable } from '../../../src/pcr/sites/site-table.js';
import type { SiteSummary } from '../../../src/pcr/steps/site-analysis.js';
import { Workspace } from '../../../src/pcr/workspace.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder, testData } from '../../run-gtk.js';
import { yeastReference } from '../reference.js';
import { workStep, workspaceOf } from '../step-workspace.js';

const canMap = ['cutadapt', 'bwa', 'samtools', 'python3'].every((name) => requireTool(name));
const config = { genome: 'yeast', umi_read: 'r2', umi_pattern: 'NNNNNNNN' } as const;

describe.skipIf(!canMap)('site analysis as a step', () => {
  const workspace = workspaceOf('qslam_umi');
  let references: string;
  let worked: Awaited<ReturnType<typeof workStep<SiteSummary>>>;

  beforeAll(async () => {
    references = await yeastReference();
    for (const task of ['umi', 'cutadapt', 'read_mapping'] as const)
      await workStep(workspace, task, { config, references });
    worked = await workStep<SiteSummary>(workspace, 'site_analysis', { config, references });
  });

  test('finds what was planted, with UMIs', () => {
    const peaks = workspace.resolve('bed2peak/aligned.d0.peak.merge.3.txt');
    const script = fileURLToPath(new URL('../score_sites.py', import.meta.url));
    const truth = testData('pcr/qslam_umi/truth.tsv');
    const args = [script, '--truth', truth, '--peaks', peaks, '--filter', 'xlsx'];
    const score = JSON.parse(execFileSync('python3', args, { encoding: 'utf8' }));
    expect(score).toMatchObject({ recall: 1, precision: 1 });
    expect(score.expected).toBeGreaterThan(20);
  });

  test('counts fragments with other UMIs apart', () => {
    const rows = readFileSync(workspace.resolve('bam2bed/aligned.bed'), 'utf8').trim().split('\n');
    const keys = rows.map((row) => {
      const [contig, start, end, name, , strand] = row.split('\t');
      return [contig, start, end, strand, name!.slice(-8)].join(' ');
    });
    expect(worked.summary.counts.unique_fragments).toBe(new Set(keys).size);
    const withoutUmi = new Set(keys.map((key) => key.slice(0, -9)));
    expect(withoutUmi.size).toBeLessThan(new Set(keys).size);
  });

  test('tells counts, and keeps them with its outputs', () => {
    const { record, summary } = worked;
    const r1 = execFileSync('zcat', [testData('pcr/qslam_umi/R1.fastq.gz')], { maxBuffer: 1 << 28 });
    expect(summary.raw_pairs).toBe(r1.toString('latin1').trim().split('\n').length / 4);
    const count = (...args: string[]) =>
      Number(execFileSync('samtools', ['view', '-c', ...args, workspace.alignment], { encoding: 'utf8' }));
    expect(summary.counts.pairs).toBe(count('-f', '64', '-F', '2304'));
    expect(summary.counts.mapped_pairs).toBe(count('-f', '64', '-F', '2316'));
    expect(JSON.parse(readFileSync(workspace.resolve('bed2peak/summary.json'), 'utf8'))).toEqual(summary);
    expect(record.inputs.map(({ path }) => path)).toEqual(['bwa/aligned.sorted.bam']);
    expect(JSON.stringify(summary).length).toBeLessThan(100_000);
    for (const { d, kept, top20 } of summary.per_distance) {
      const table = readSiteTable(workspace, d)!;
      expect(table.length).toBe(kept);
      expect(table.slice(0, 20)).toEqual(top20);
    }
    expect(summary.per_distance.map(({ d }) => d)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(worked.log).toContain('merge distance 10');
  });

  test('of a damaged alignment leaves no outputs', async () => {
    const bam = readFileSync(workspace.alignment);
    writeFileSync(workspace.alignment, bam.subarray(0, bam.length / 2));
    const failed = workStep(workspace, 'site_analysis', { config, references });
    await expect(failed).rejects.toMatchObject({
      code: 'GTK_TRUNCATED',
      message: expect.stringMatching(/^bwa\/aligned\.sorted\.bam is cut short/),
    });
    expect(readSiteTable(workspace, 0)).toBeUndefined();
  });

  test('without an alignment says which step is missing', async () => {
    const empty = new Workspace(temporaryFolder());
    empty.create();
    await expect(workStep(empty, 'site_analysis', { config, references })).rejects.toMatchObject({
      code: 'GTK_STEP_INPUT',
      message: 'site_analysis cannot start: bwa/aligned.sorted.bam is missing',
      remedy: 'Run read_mapping first.',
    });
  });
});
