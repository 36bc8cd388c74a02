import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readJournal } from '../../../src/rna/journal.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder, testData } from '../../run-gtk.js';
import { canMount } from '../../runs/small-disk.js';
import {
  archiveOf,
  mouseByHand,
  Project,
  pairedRun,
  quick,
  type Row,
  reads,
  rowOf,
} from '../acceptance/project.js';
import type { Archive, ArchivedRun } from '../archive.js';
import { onDisk } from './small-disk.js';

const canRun = ['kallisto', 'fasterq-dump'].every(requireTool) && canMount(temporaryFolder());

/** Works on runs whose results and reads go to a disk of so many megabytes; table and reference are elsewhere. */
async function batchOnDisk(
  { megabytes, archive, rows }: { megabytes: number; archive: Archive; rows: readonly Row[] },
  args: readonly string[],
) {
  const folder = temporaryFolder();
  const yaml = 'steps:\n  quant:\n    fasta_dir: work/mouse/fasta\n';
  const project = new Project({ rows, root: path.join(folder, 'project'), yaml });
  writeFileSync(project.path('fasta', 'Schizosaccharomyces_pombe.fa.gz'), fewGenes());
  const metadata = project.path('metadata', 'metadata.tsv');
  const out = path.join(folder, 'disk', 'out');
  const where = ['--config', project.config, '--root', project.root, '--metadata', metadata, '--out', out];
  const command = ['rna', 'batch', ...where, ...quick, '--json', ...args];
  const { status, stdout, stderr, disk } = await onDisk(folder, megabytes, command, archive.env);
  const left = path.join(disk, 'out');
  return { status, stderr, json: JSON.parse(stdout), left };
}

/** Genes that some reads of S. pombe come from, so few that their index is built at once. */
function fewGenes(): Buffer {
  const all = gunzipSync(readFileSync(testData('rna/fasta/Schizosaccharomyces_pombe.fa.gz'))).toString();
  return gzipSync(
    all
      .split(/^(?=>)/m)
      .slice(0, 60)
      .join(''),
  );
}

/** Files of reads that are left. */
function readsLeft(left: string): string[] {
  const folder = path.join(left, 'getfastq');
  const names = existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]) : [];
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  return files.filter((name) => !name.endsWith('.safely_removed'));
}

describe.skipIf(!canRun)('a disk that is smaller than all reads together', () => {
  it.each([
    ['batch by batch', ['--batch-size', '10']],
    ['in one batch, whose downloads wait', ['--batch-size', '26', '--downloads', '8']],
  ])('has room for all of them %s', async (_, args) => {
    const megabytes = 60;
    // As lanes are put together. With more pairs, kallisto's result depends on its number of threads.
    const mates = [1, 2].map((mate) => Buffer.concat(Array(3).fill(reads(`Mus_musculus/Mm_s1_${mate}`))));
    const runs = Array.from({ length: 26 }, (_, n) => pairedRun(`ERR${920_000 + n}`, mates, 30_000, 76));
    const bytes = runs.length * mates.reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeGreaterThan(1.1 * megabytes * 2 ** 20);
    const archive = await archiveOf({ runs });
    const rows = runs.map((run) => rowOf(run, filesOf(archive, run)));
    const { status, stderr, json, left } = await batchOnDisk({ megabytes, archive, rows }, args);
    expect(status, stderr).toBe(0);
    expect(json).toMatchObject({ total_samples: 26, processed: 26, failed: 0, bytes_downloaded: bytes });
    const expected = mouseByHand(runs[0]!);
    for (const { run } of runs)
      expect(readFileSync(path.join(left, 'quant', run, `${run}_abundance.tsv`), 'utf8')).toBe(expected);
    expect(readsLeft(left)).toEqual([]);
  });

  const sra = readFileSync(testData('rna/sra/SRR99990004.sra'));
  const archives = Array.from({ length: 10 }, (_, n): ArchivedRun => {
    return { ...pairedRun(`SRR${930_000 + n}`, [], 10_000, 68), sra, sraAt: ['aws'] };
  });
  const archiveRows = archives.map((run) =>
    rowOf(run, { scientific_name: 'Schizosaccharomyces pombe', size: String(sra.length) }),
  );
  const all = ['--sources', 'aws', '--batch-size', '10', '--downloads', '8'];

  // All of them fit, but then none could be unpacked.
  it('never fills up with archives that wait to be unpacked', async () => {
    const archive = await archiveOf({ runs: archives });
    const given = { megabytes: 14, archive, rows: archiveRows };
    const { status, stderr, json, left } = await batchOnDisk(given, all);
    expect(status, stderr).toBe(0);
    expect(json).toMatchObject({ processed: 10, failed: 0 });
    expect(readsLeft(left)).toEqual([]);
  });

  it('fails runs that it never has room for, and downloads nothing of them', async () => {
    const archive = await archiveOf({ runs: archives });
    const given = { megabytes: 8, archive, rows: archiveRows };
    const { status, json, left } = await batchOnDisk(given, all);
    expect(status).toBe(1);
    expect(json).toMatchObject({ processed: 0, failed: 10, bytes_downloaded: 0 });
    const ends = [...readJournal(path.join(left, '.gtk', 'journal.jsonl'))].flatMap((line) =>
      line.type === 'end' ? [line.record] : [],
    );
    expect(ends.map(({ reason }) => reason)).toEqual(Array(10).fill('disk-full'));
    expect(ends[0]!.problem).toMatch(/has [\d.]+ MB free, the run needs [\d.]+ MB/);
  });
});

/** What the metadata say of the files at ENA. */
function filesOf(archive: Archive, { run }: ArchivedRun) {
  const { fastq_ftp, fastq_md5, fastq_bytes } = archive.reportOf(run) as Record<string, string>;
  return { fastq_ftp: fastq_ftp!, fastq_md5: fastq_md5!, fastq_bytes: fastq_bytes! };
}
