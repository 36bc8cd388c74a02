import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../../src/rna/journal.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder } from '../../run-gtk.js';
import { canMount } from '../../runs/small-disk.js';
import { archiveOf, mouseByHand, Project, pairedRun, quick, reads, rowOf } from '../acceptance/project.js';
import type { Archive, ArchivedRun } from '../archive.js';
import { onDisk } from './small-disk.js';

const MEGABYTES = 60;
const RUNS = 26;
/**
 * Each run is so many times the 10,000 pairs, in members of their own, as lanes are put together. With more, what
 * kallisto takes for the lengths of fragments depends on its number of threads.
 */
const LANES = 3;

const canRun = requireTool('kallisto') !== undefined && canMount(temporaryFolder());

describe.skipIf(!canRun)('a disk that is smaller than all reads together', () => {
  let runs: ArchivedRun[];
  let archive: Archive;
  let expected: string;
  beforeAll(async () => {
    const mates = [1, 2].map((mate) => Buffer.concat(Array(LANES).fill(reads(`Mus_musculus/Mm_s1_${mate}`))));
    runs = Array.from({ length: RUNS }, (_, n) => pairedRun(`ERR${920_000 + n}`, mates, LANES * 10_000, 76));
    archive = await archiveOf({ runs });
    expected = mouseByHand(runs[0]!);
    const all = RUNS * mates.reduce((sum, { length }) => sum + length, 0);
    expect(all).toBeGreaterThan(1.1 * MEGABYTES * 2 ** 20);
  });

  it.each([
    ['batch by batch', ['--batch-size', '10']],
    ['in one batch, whose downloads wait', ['--batch-size', '26', '--downloads', '8']],
  ])('has room for all of them %s', async (_, args) => {
    const folder = temporaryFolder();
    // Reference and table are on another disk.
    const project = new Project({
      rows: runs.map((run) => rowOf(run, sizesOf(archive, run))),
      root: path.join(folder, 'project'),
      yaml: 'steps:\n  quant:\n    fasta_dir: work/mouse/fasta\n',
    });
    const out = path.join(folder, 'disk', 'out');
    const metadata = project.path('metadata', 'metadata.tsv');
    const where = ['--config', project.config, '--root', project.root, '--metadata', metadata, '--out', out];
    const command = ['rna', 'batch', ...where, ...quick, ...args, '--json'];
    const ended = await onDisk(folder, MEGABYTES, command, archive.env);
    expect(ended.status, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ total_samples: RUNS, processed: RUNS, failed: 0 });
    const left = path.join(ended.disk, 'out');
    for (const { run } of runs) {
      expect(readFileSync(path.join(left, 'quant', run, `${run}_abundance.tsv`), 'utf8')).toBe(expected);
    }
    const names = readdirSync(path.join(left, 'getfastq'), { recursive: true }) as string[];
    const files = names.filter((name) => statSync(path.join(left, 'getfastq', name)).isFile());
    expect(files.filter((name) => !name.endsWith('.safely_removed'))).toEqual([]);
    const journal = [...readJournal(path.join(left, '.gtk', 'journal.jsonl'))];
    const free = journal.flatMap((line) => (line.type === 'disk' ? [line.free] : []));
    expect(Math.min(...free)).toBeGreaterThan(0);
  });
});

function sizesOf(archive: Archive, { run }: ArchivedRun) {
  const { fastq_ftp, fastq_md5, fastq_bytes } = archive.reportOf(run) as Record<string, string>;
  return { fastq_ftp: fastq_ftp!, fastq_md5: fastq_md5!, fastq_bytes: fastq_bytes! };
}
