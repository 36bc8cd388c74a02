import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { QcSummary } from '../../../src/pcr/steps/summaries.js';
import { requireTool } from '../../agreement/tools.js';
import { fakePrograms } from '../fake-programs.js';
import { leaveTrimmed, unzipped, workStep, workspaceOf, workspaceWith } from '../step-workspace.js';

const fastqc = requireTool('fastqc');
const python = requireTool('python3');

/** Text files of an archive, read by Python's zipfile. */
function archiveTexts(zip: string): { summary: string; data: string } {
  const script = `
import json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
texts = {name.split('/')[1]: archive.read(name).decode() for name in archive.namelist() if name.endswith('.txt')}
print(json.dumps({'summary': texts['summary.txt'], 'data': texts['fastqc_data.txt']}))`;
  return JSON.parse(execFileSync(python!, ['-c', script, zip], { encoding: 'utf8' }));
}

describe.skipIf(!fastqc || !python)('the step qc', () => {
  test('judges reads as the archives of FastQC have it', async () => {
    const workspace = workspaceOf('qslam_clean');
    const { r1, r2 } = workspace.raw;
    leaveTrimmed(workspace, unzipped(r1), unzipped(r2));
    const { summary, record } = await workStep<QcSummary>(workspace, 'qc_after');
    const folder = workspace.resolve('fastqc/afterCutAdapt');
    const names = ['R1', 'R2'].flatMap((mate) => [`${mate}_fastqc.html`, `${mate}_fastqc.zip`]);
    expect(readdirSync(folder).sort()).toEqual([...names, 'step.json']);
    expect(summary.reads.map(({ file, sequences }) => [file, sequences])).toEqual([
      ['R1.fastq.gz', 3179],
      ['R2.fastq.gz', 3179],
    ]);
    for (const read of summary.reads) {
      const { summary: text, data } = archiveTexts(path.join(folder, read.zip));
      const rows = text.trimEnd().split('\n');
      expect(rows.length).toBeGreaterThan(9);
      expect(read.modules.map(({ name, status }) => `${status}\t${name}\t${read.file}`)).toEqual(rows);
      expect(data).toContain(`Filename\t${read.file}\n`);
      expect(data).toContain(`Sequence length\t${read.length}\n%GC\t${read.gc_percent}\n`);
      expect(data.startsWith(`##FastQC\t${record.toolVersions.fastqc}\n`)).toBe(true);
      expect(readFileSync(path.join(folder, read.html), 'utf8')).not.toContain(workspace.root);
    }
  });
});

test.each([
  ['qc_before', 'fastqc/beforeCutAdapt', 'rawdata'],
  ['qc_after', 'fastqc/afterCutAdapt', 'cutPrimer'],
] as const)(
  'FastQC that leaves nothing in %s has failed, whatever its status',
  async (task, folder, reads) => {
    fakePrograms({ fastqc: 'console.log(process.argv.slice(2).join(" "))' });
    const workspace = workspaceWith('', '');
    leaveTrimmed(workspace, '', '');
    let log = '';
    const failing = workStep(workspace, task, {}, (text) => {
      log += text;
    });
    await expect(failing).rejects.toMatchObject({
      code: 'GTK_STEP_FAILED',
      message: `${task} failed: fastqc: it left no whole R1_fastqc.zip and R1_fastqc.html`,
    });
    const files = ['R1', 'R2'].map((mate) => `../../${reads}/${mate}.fastq.gz`).join(' ');
    expect(log).toContain(`-q -t 2 -d tmp -o ${folder} ${files}\n`);
  },
);
