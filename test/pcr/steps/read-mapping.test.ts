import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkStep } from '../../../src/pcr/steps/perform.js';
import type { MappingSummary } from '../../../src/pcr/steps/summaries.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder } from '../../run-gtk.js';
import { fakePrograms } from '../fake-programs.js';
import { yeastReference } from '../reference.js';
import {
  fastqOf,
  leaveTrimmed,
  stepRequest,
  unzipped,
  workStep,
  workspaceOf,
  workspaceWith,
} from '../step-workspace.js';

const bwa = requireTool('bwa');
const samtools = requireTool('samtools');
const folder = temporaryFolder();

/** Records as samtools prints them. */
const records = (bam: string) =>
  execFileSync(samtools!, ['view', bam], { encoding: 'utf8', maxBuffer: 1 << 28 });

describe.skipIf(!bwa || !samtools)('the step read_mapping', () => {
  let references: string;
  beforeAll(async () => {
    references = await yeastReference();
  });
  const genome = { config: { genome: 'yeast' } };

  test('leaves what bwa and samtools leave by hand, and counts it', async () => {
    const workspace = workspaceOf('qslam_clean');
    // Primers off, and a fifth of the reads too short or of nowhere.
    const [r1, r2] = Object.values(workspace.raw).map((file, mate) =>
      fastqOf(unzipped(file))
        .map(([name, bases, plus, qualities], i) => {
          const [from, to] = [mate === 0 ? 36 : 14, i % 5 === 0 ? 50 + mate : 150];
          const kept = i % 10 === 0 ? 'ACAGTTTGCC'.repeat(20).slice(from, to) : bases.slice(from, to);
          return `${name}\n${kept}\n${plus}\n${qualities.slice(from, to)}\n`;
        })
        .join(''),
    );
    leaveTrimmed(workspace, r1!, r2!);
    const { summary, record, log } = await workStep<MappingSummary>(workspace, 'read_mapping', {
      ...genome,
      references,
    });

    const sam = path.join(folder, 'hand.sam');
    const bam = path.join(folder, 'hand.bam');
    const reads = Object.values(workspace.reads('cutPrimer'));
    const aligned = execFileSync(
      bwa!,
      ['mem', '-t', '1', '-K', '100000000', path.join(references, 'yeast/yeast.fa'), ...reads],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 1 << 28,
      },
    );
    writeFileSync(sam, aligned);
    execFileSync(samtools!, ['sort', '-o', bam, sam], { stdio: 'ignore' });
    const expected = records(bam);
    expect(expected.length).toBeGreaterThan(1e6);
    expect(records(workspace.alignment) === expected).toBe(true);

    const rows = expected
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    const count = (test: (flags: number, row: string[]) => boolean) =>
      rows.filter((row) => test(Number(row[1]), row)).length;
    const isPrimary = (flags: number) => (flags & 0x900) === 0;
    const bothMapped = (flags: number) => isPrimary(flags) && (flags & 0xc) === 0;
    const elsewhere = (flags: number, row: string[]) =>
      bothMapped(flags) && row[6] !== '=' && row[6] !== row[2];
    expect(summary.flagstat).toEqual({
      total: rows.length,
      primary: count(isPrimary),
      secondary: count((flags) => (flags & 0x100) !== 0),
      supplementary: count((flags) => (flags & 0x900) === 0x800),
      duplicates: 0,
      primary_duplicates: 0,
      mapped: count((flags) => (flags & 4) === 0),
      primary_mapped: count((flags) => isPrimary(flags) && (flags & 4) === 0),
      paired: 2 * 3179,
      read1: 3179,
      read2: 3179,
      properly_paired: count((flags) => isPrimary(flags) && (flags & 6) === 2),
      both_mapped: count(bothMapped),
      singletons: count((flags) => isPrimary(flags) && (flags & 0xc) === 8),
      mate_on_other_contig: count(elsewhere),
      mate_on_other_contig_mapq5: count((flags, row) => elsewhere(flags, row) && Number(row[4]) >= 5),
    });
    expect(summary.flagstat.singletons * summary.flagstat.mate_on_other_contig).toBeGreaterThan(0);
    expect(summary).toMatchObject({ aligner: 'bwa', genome: 'yeast', index: { program: 'bwa' } });
    expect(record.toolVersions.bwa).toBe(summary.aligner_version);
    expect(log).toContain(`${summary.flagstat.primary_mapped} of 6358 reads map`);

    const names = ['aligned.sorted.bam', 'aligned.sorted.bam.bai', 'aligned.stat', 'step.json'];
    expect(readdirSync(workspace.resolve('bwa')).sort()).toEqual(names);
    expect(readFileSync(workspace.resolve('bwa/aligned.stat'), 'utf8')).toBe(
      execFileSync(samtools!, ['flagstat', bam], { encoding: 'utf8' }),
    );
    const region = (file: string) =>
      execFileSync(samtools!, ['view', '-c', file, 'IV:100000-900000'], { encoding: 'utf8' });
    execFileSync(samtools!, ['index', bam]);
    expect(region(workspace.alignment)).toBe(region(bam));
    const header = execFileSync(samtools!, ['view', '-H', '--no-PG', workspace.alignment], {
      encoding: 'utf8',
    });
    for (const text of [header, log]) {
      expect(text).toContain('reference/yeast/yeast.fa');
      expect(text).not.toContain(workspace.root);
      expect(text).not.toContain(references);
    }
  });

  test('maps no reads where there are none, and says so', async () => {
    const workspace = workspaceWith('', '');
    leaveTrimmed(workspace, '', '');
    const { summary, log } = await workStep<MappingSummary>(workspace, 'read_mapping', {
      ...genome,
      references,
    });
    expect([summary.flagstat.total, records(workspace.alignment)]).toEqual([0, '']);
    expect(log).toContain('warning: there are no reads to map');
  });

  test('refuses reads without mates, which bwa leaves out without a word, and damaged files', async () => {
    const workspace = workspaceWith('', '');
    const one = (name: string) => `@${name}\nACGTACGTACGT\n+\nIIIIIIIIIIII\n`;
    leaveTrimmed(workspace, one('a') + one('b'), one('a'));
    const options = { ...genome, references };
    await expect(workStep(workspace, 'read_mapping', options)).rejects.toMatchObject({
      code: 'GTK_STEP_FAILED',
      message: 'read_mapping failed: bwa: it took 1 and 1 reads, expected the 2 of R1 and 1 of R2',
    });
    const many = Array.from({ length: 20_000 }, (_, i) => one(`r${(i * 7919) % 20_011}`)).join('');
    leaveTrimmed(workspace, many, many);
    for (const file of Object.values(workspace.reads('cutPrimer'))) {
      const whole = readFileSync(file);
      writeFileSync(file, whole.subarray(0, whole.length / 2));
    }
    await expect(workStep(workspace, 'read_mapping', options)).rejects.toMatchObject({
      message: 'read_mapping failed: bwa: exit status 1',
    });
    expect(readdirSync(workspace.resolve('bwa'))).toEqual([]);
  });
});

test('read_mapping does not start without the aligner that the genome is indexed for', async () => {
  const references = temporaryFolder();
  mkdirSync(path.join(references, 'mine'));
  const manifest = { format: 1, name: 'mine', index: { program: 'bwa-mem2', version: '2.2.1' } };
  writeFileSync(path.join(references, 'mine/manifest.json'), JSON.stringify(manifest));
  const workspace = workspaceWith('', '');
  leaveTrimmed(workspace, '', '');
  fakePrograms({ samtools: '', bwa: '', mkfifo: '' });
  const request = stepRequest(workspace, 'read_mapping', { config: { genome: 'mine' }, references });
  await expect(checkStep(request)).rejects.toMatchObject({
    code: 'GTK_MISSING_TOOL',
    message: 'Not found on the PATH: bwa-mem2',
  });
});
