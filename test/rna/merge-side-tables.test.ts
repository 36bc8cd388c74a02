import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Journal } from '../../src/rna/journal.js';
import { Layout } from '../../src/rna/layout.js';
import { type SheetSample, samplesheetText } from '../../src/rna/merge/samplesheet.js';
import { packageVersion } from '../../src/root.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder, testData } from '../run-gtk.js';
import { merge, merged, type TargetRow, writeMetadata, writeResult } from './merge-setup.js';

const targets: TargetRow[] = [['a', '800', '4', '1000000']];

/** Rows of a table by the names of its columns. */
function recordsOf(text: string): Record<string, string>[] {
  const [names, ...rows] = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'));
  return rows.map((row) => Object.fromEntries(names!.map((name, i) => [name, row[i]!])));
}

describe('beside the tables', () => {
  const layout = () => new Layout(path.join(temporaryFolder(), 'out'));

  test('qc.tsv tells how each run fared', async () => {
    const out = layout();
    for (const run of ['done', 'again']) writeResult(out, run, targets);
    const journal = new Journal(out.journal);
    const record = { species: 'Genus_species', attempt: 2, seconds: 12.5, bytesDownloaded: 9, bytesFreed: 9 };
    const end = (record: object) => journal.append({ type: 'end', record: record as never });
    end({ ...record, run: 'done', state: 'done', source: 'ena', layoutUsed: 'single' });
    end({ ...record, run: 'done', state: 'skipped', attempt: 1, seconds: 0 });
    end({ ...record, run: 'lost', state: 'failed', reason: 'checksum', stage: 'fetch' });
    end({ ...record, run: 'again', state: 'failed', reason: 'network', stage: 'fetch' });
    journal.close();
    writeMetadata(out, [
      { run: 'done', total_spots: '1000.0' },
      { run: 'lost' },
      { run: 'again' },
      { run: 'later' },
      { run: 'out', exclusion: 'low_quality' },
      { run: 'spare', is_sampled: 'no' },
    ]);
    await merge(out);
    const rows = recordsOf(merged(out, 'qc.tsv'));
    expect(rows[0]).toEqual({
      run: 'done',
      species: 'Genus_species',
      layout: 'single',
      spots: '1000',
      reads_processed: '1000',
      pseudoaligned: '462',
      percent_pseudoaligned: '46.2',
      percent_unique: '43.7',
      reads_before_filter: '',
      reads_after_filter: '',
      percent_q30_after_filter: '',
      percent_duplication: '',
      insert_size_peak: '',
      seconds: '12.5',
      source: 'ena',
      attempts: '2',
      state: 'done',
      reason: '',
    });
    expect(rows.map(({ run, state, reason }) => [run, state, reason])).toEqual([
      ['done', 'done', ''],
      ['lost', 'failed', 'checksum'],
      ['again', 'done', ''],
      ['later', 'pending', ''],
      ['out', 'excluded', 'exclusion: low_quality'],
      ['spare', 'excluded', 'not sampled'],
    ]);
  });

  test('metadata.tsv has all rows, what amalgkit knows of filters, and the mapping rates', async () => {
    const out = layout();
    writeResult(out, 'R1', targets);
    writeMetadata(out, [
      { run: 'R2', mapping_rate: '99', study_title: '"A ""title"" of\ttwo"' },
      { run: 'R1', mapping_rate: '98', exclusion: 'no', study_title: 'plain' },
      { run: 'R3', exclusion: 'yes' },
    ]);
    mkdirSync(out.runFolder('R1'), { recursive: true });
    writeFileSync(
      path.join(out.runFolder('R1'), 'getfastq_stats.tsv'),
      'run\tnum_dumped\tpercent_fastp_filtered\tfastp_duplication_rate\tlayout\n' +
        'R9\t1\t2\t3\tx\nR1\t10\t1.5\t12.5\tpaired\n',
    );
    await merge(out);
    const rows = recordsOf(merged(out, 'metadata.tsv').replace('of\ttwo', 'of two'));
    expect(Object.keys(rows[0]!).slice(-5)).toEqual([
      'fastp_duplication_rate',
      'fastp_insert_size_peak',
      'num_dumped',
      'percent_fastp_filtered',
      'mapping_rate',
    ]);
    expect(rows).toMatchObject([
      { run: 'R2', mapping_rate: '', num_dumped: '', study_title: '"A ""title"" of two"' },
      {
        run: 'R1',
        mapping_rate: '46.2',
        num_dumped: '10',
        percent_fastp_filtered: '1.5',
        fastp_duplication_rate: '12.5',
        study_title: 'plain',
      },
      { run: 'R3', mapping_rate: '', exclusion: 'yes' },
    ]);
    expect(rows[0]).not.toHaveProperty('layout');
  });

  const fastp = requireTool('fastp');

  test.skipIf(!fastp)('what fastp counts is in both, as its own report says it', async () => {
    const out = layout();
    writeResult(out, 'R1', targets);
    writeMetadata(out, [{ run: 'R1' }]);
    const json = path.join(out.quantFolder('R1'), 'R1_fastp.json');
    const mate = (n: number) => testData(`rna/fastq/Saccharomyces_cerevisiae/SRR6357070_${n}.fastq.gz`);
    const args = ['-i', mate(1), '-I', mate(2), '-j', json, '-h', '/dev/null'];
    const { stderr: said } = spawnSync(fastp!, args, { encoding: 'utf8' });
    await merge(out);
    const qc = recordsOf(merged(out, 'qc.tsv'))[0]!;
    // What it prints besides: both mates before and after filtering, in pairs of lines.
    const both = (what: string) => {
      const counts = [...said.matchAll(new RegExp(`^${what}: (\\d+)`, 'gm'))].map(([, count]) =>
        Number(count),
      );
      expect(counts).toHaveLength(4);
      return { before: counts[0]! + counts[1]!, after: counts[2]! + counts[3]! };
    };
    const reads = both('total reads');
    expect(reads.before).toBe(200);
    expect([qc.reads_before_filter, qc.reads_after_filter]).toEqual([`${reads.before}`, `${reads.after}`]);
    const q30 = (100 * both('Q30 bases').after) / both('total bases').after;
    expect(Number(qc.percent_q30_after_filter)).toBeCloseTo(q30, 3);
    expect(Number(qc.percent_duplication)).toBeCloseTo(
      Number(/Duplication rate: ([\d.]+)%/.exec(said)![1]),
      3,
    );
    expect(qc.insert_size_peak).toBe(/Insert size peak.*: (\d+)/.exec(said)![1]);
    expect(recordsOf(merged(out, 'metadata.tsv'))[0]).toMatchObject({
      num_fastp_in: qc.reads_before_filter,
      num_fastp_out: qc.reads_after_filter,
      bp_fastp_in: `${both('total bases').before}`,
      bp_fastp_out: `${both('total bases').after}`,
      fastp_duplication_rate: qc.percent_duplication,
      fastp_insert_size_peak: qc.insert_size_peak,
    });
  });

  test('versions.yml names all programs with all their versions', async () => {
    const out = layout();
    writeResult(out, 'R1', targets, { kallisto_version: '0.50.1' });
    writeResult(out, 'R2', targets);
    writeResult(out, 'R3', targets, {
      kallisto_version: undefined,
      backend: 'salmon',
      salmon_version: '1.10',
    });
    const journal = new Journal(out.journal);
    journal.append({ type: 'start', command: 'batch', pid: 1, version: '0.0.9', samples: 3, options: {} });
    journal.close();
    writeMetadata(out, [{ run: 'R1' }, { run: 'R2' }, { run: 'R3' }]);
    await merge(out);
    expect(parse(merged(out, 'versions.yml'))).toEqual({
      GTK_RNA_QUANT: { kallisto: '0.48.0, 0.50.1', salmon: '1.10' },
      Workflow: { gtk: `0.0.9, ${packageVersion()}`, node: process.versions.node },
    });
    const models = merged(out, 'Genus_species', 'Genus_species_quant_model.tsv');
    expect(models).toContain('R3\tsalmon\teffective\n');
  });

  test('samplesheet.csv names the reads that were kept, else those of ENA', async () => {
    const out = layout();
    for (const run of ['SRR1', 'SRR2']) writeResult(out, run, targets);
    const ftp = (run: string) =>
      ['_2', '', '_1'].map((mate) => `ftp.sra.ebi.ac.uk/vol1/${run}${mate}.fastq.gz`).join(';');
    writeMetadata(out, [
      { run: 'SRR1', experiment: 'SRX1', fastq_ftp: ftp('SRR1') },
      { run: 'SRR2', experiment: 'SRX1', fastq_ftp: ftp('SRR2') },
      { run: 'SRR3', fastq_ftp: 'ftp.sra.ebi.ac.uk/vol1/SRR3.fastq.gz' },
      { run: 'SRR4' },
      { run: 'SRR5', exclusion: 'yes', fastq_ftp: ftp('SRR5') },
      { run: 'mine', private_file: 'yes', read1_path: '/data/a,b_1.fq.gz', read2_path: '/data/a,b_2.fq.gz' },
    ]);
    mkdirSync(out.runFolder('SRR2'), { recursive: true });
    const kept = ['SRR2_1.fastq.gz', 'SRR2_2.fastq.gz', 'SRR2.fastq.gz', 'SRR2_1.fastq.gz.safely_removed'];
    for (const name of [...kept, 'SRR2_3.fastq.gz'])
      writeFileSync(path.join(out.runFolder('SRR2'), name), '');
    await merge(out);
    const ena = 'https://ftp.sra.ebi.ac.uk/vol1';
    expect(merged(out, 'samplesheet.csv')).toBe(
      [
        'sample,fastq_1,fastq_2,strandedness',
        `SRX1,${ena}/SRR1_1.fastq.gz,${ena}/SRR1_2.fastq.gz,auto`,
        `SRX1,${out.runFolder('SRR2')}/SRR2_1.fastq.gz,${out.runFolder('SRR2')}/SRR2_2.fastq.gz,auto`,
        `SRR3,${ena}/SRR3.fastq.gz,,auto`,
        'mine,"/data/a,b_1.fq.gz","/data/a,b_2.fq.gz",auto',
        '',
      ].join('\n'),
    );
  });

  test('a samplesheet may be of no runs', () => {
    const none: SheetSample[] = [{ run: 'R', experiment: '', archive: undefined, privateFiles: undefined }];
    expect(samplesheetText(none)).toBe('sample,fastq_1,fastq_2,strandedness\n');
  });
});
