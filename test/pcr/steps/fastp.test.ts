import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FastpSummary } from '../../../src/pcr/steps/summaries.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder } from '../../run-gtk.js';
import { fakePrograms } from '../fake-programs.js';
import { unzipped, workStep, workspaceOf, workspaceWith } from '../step-workspace.js';

const fastp = requireTool('fastp');
const seqkit = requireTool('seqkit');

describe.skipIf(!fastp || !seqkit)('the step fastp', () => {
  test('does what fastp does by hand, and leaves its reports where they belong', async () => {
    const workspace = workspaceOf('qslam_clean');
    const { summary, record } = await workStep<FastpSummary>(workspace, 'fastp', { input: 'raw' });
    const folder = temporaryFolder();
    const [r1, r2, json, html] = ['R1.fastq', 'R2.fastq', 'j', 'h'].map((name) => path.join(folder, name));
    const { raw } = workspace;
    const args = ['-i', raw.r1, '-I', raw.r2, '-o', r1!, '-O', r2!, '-j', json!, '-h', html!, '-w', '1'];
    execFileSync(fastp!, args, { stdio: 'ignore' });
    const ours = workspace.reads('fastp');
    expect([unzipped(ours.r1), unzipped(ours.r2)]).toEqual(
      [r1!, r2!].map((file) => readFileSync(file, 'latin1')),
    );
    const report = JSON.parse(readFileSync(json!, 'utf8'));
    expect(summary.after_filtering).toEqual({
      total_reads: report.summary.after_filtering.total_reads,
      total_bases: report.summary.after_filtering.total_bases,
      q30_rate: report.summary.after_filtering.q30_rate,
      gc_content: report.summary.after_filtering.gc_content,
    });
    const stats = execFileSync(seqkit!, ['stats', '-T', r1!, r2!], { encoding: 'utf8' });
    const rows = stats
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((row) => row.split('\t'));
    const total = (column: number) => rows.reduce((sum, row) => sum + Number(row[column]), 0);
    expect([summary.after_filtering.total_reads, summary.after_filtering.total_bases]).toEqual([
      total(3),
      total(4),
    ]);
    expect(summary.before_filtering.total_reads).toBe(2 * 3179);
    expect(summary.filtering_result).toEqual(report.filtering_result);
    expect(summary.adapter_trimmed_reads).toBe(report.adapter_cutting.adapter_trimmed_reads);
    expect(summary.duplication_rate).toBe(report.duplication.rate);
    // fastp takes it from some of the reads, and from which depends on its threads.
    const own = JSON.parse(readFileSync(workspace.resolve('fastp/fastp.json'), 'utf8'));
    expect(summary.insert_size_peak).toBe(own.insert_size.peak);
    expect(record.toolVersions).toEqual({ fastp: report.summary.fastp_version });
    const names = ['R1.fastq.gz', 'R2.fastq.gz', 'fastp.html', 'fastp.json', 'step.json'];
    expect(readdirSync(workspace.resolve('fastp')).sort()).toEqual(names);
    for (const name of ['fastp.html', 'fastp.json'])
      expect(readFileSync(workspace.resolve('fastp', name), 'utf8')).not.toContain(workspace.root);
  });
});

test('fastp is asked for no more threads than it takes, and fails if it leaves nothing', async () => {
  fakePrograms({ fastp: 'console.log(process.argv.slice(2).join(" "))' });
  let log = '';
  const failing = workStep(workspaceWith('', ''), 'fastp', { threads: 40 }, (text) => {
    log += text;
  });
  await expect(failing).rejects.toMatchObject({
    message: 'fastp failed: fastp: it left no gzip files of reads',
  });
  expect(log).toMatch(/ -w 16\n/);
});
