/** Options, environment and metadata: what each changes, and what it leaves as it is. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { filesBelow, gtk, temporaryFolder } from '../../run-gtk.js';
import type { Archive, ArchivedRun } from '../archive.js';
import {
  archiveOf,
  counters,
  mouseByHand,
  mousePairs,
  Project,
  quick,
  type Row,
  rowOf,
  treeOf,
} from './project.js';

const runs = [1, 2, 3, 4, 5].map((number) => mousePairs(`SRR94000${number}`, number * 10, number * 10 + 500));
const [a, b, c, d, e] = runs as [ArchivedRun, ArchivedRun, ArchivedRun, ArchivedRun, ArchivedRun];
const names = runs.map(({ run }) => run);
const project = (rows: readonly Row[] = runs.map((archived) => rowOf(archived)), yaml = '') =>
  new Project({ rows, yaml });

describe.skipIf(!requireTool('kallisto'))('gtk rna batch', () => {
  let archive: Archive;
  beforeAll(async () => {
    archive = await archiveOf({ runs });
  });

  /** Batches as the journal tells them, in order. */
  const batchesOf = (one: Project) =>
    one.journal().flatMap((line) => (line.type === 'batch' ? [line.runs] : []));

  test('cuts batches in the order of the metadata, and skips what is done before it cuts', async () => {
    const one = project();
    const first = await one.batch(archive, ['--batch-size', '2', '--max-samples', '1']);
    expect(counters(first)).toMatchObject({
      counts: { processed: 1, skipped: 0, failed: 0, excluded: 4 },
      balances: true,
    });
    const second = await one.batch(archive, ['--batch-size', '2', '--max-samples', '4']);
    expect(counters(second).counts).toEqual({ processed: 3, skipped: 1, failed: 0, excluded: 1 });
    expect(second.json).toMatchObject({ batches: 2, batches_planned: 2 });
    const third = await one.batch(archive, ['--prefetch-batches', '1'], { env: { AK_BATCH_SIZE: '1' } });
    expect(counters(third)).toMatchObject({
      counts: { processed: 1, skipped: 4, failed: 0, excluded: 0 },
      balances: true,
    });
    expect(batchesOf(one)).toEqual([[a.run], [b.run, c.run], [d.run], [e.run]]);
    for (const archived of runs) expect(one.table(archived.run)).toBe(mouseByHand(archived));
  });

  test('keeps reads with --keep-fastq, and quantifies them again with --redo, without a download', async () => {
    const one = project([rowOf(a)]);
    await one.batch(archive, ['--keep-fastq']);
    expect(one.readsOf(a.run)).toEqual(Object.keys(a.fastq!));
    expect((await one.batch(archive)).json).toMatchObject({ skipped: 1, bytes_freed: 0 });
    expect(one.readsOf(a.run)).toEqual(Object.keys(a.fastq!));
    const requests = archive.requests.length;
    const table = one.path('quant', a.run, `${a.run}_abundance.tsv`);
    writeFileSync(table, readFileSync(table, 'utf8').replace(/\t\d/, '\t1'));
    const again = await one.batch(archive, ['--redo']);
    expect(again.json).toMatchObject({ processed: 1, skipped: 0, bytes_downloaded: 0 });
    expect(archive.requests).toHaveLength(requests);
    expect(one.table(a.run)).toBe(mouseByHand(a));
    expect(one.readsOf(a.run)).toEqual(Object.keys(a.fastq!).map((name) => `${name}.safely_removed`));
    // Once they are gone, they are downloaded again.
    expect((await one.batch(archive, ['--redo'])).json.processed).toBe(1);
    expect(archive.requests.length).toBeGreaterThan(requests);
  });

  test('downloads nothing with --skip-download, but quantifies what others left', async () => {
    const one = project([rowOf(a), rowOf(b)]);
    const folder = one.path('getfastq', a.run);
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(a.fastq!))
      writeFileSync(path.join(folder, name.replace('.fastq', '.amalgkit.fastq')), content);
    const requests = archive.requests.length;
    const ended = await one.batch(archive, ['--skip-download', '--settle-seconds', '0']);
    expect([ended.status, counters(ended)]).toMatchObject([
      1,
      {
        counts: { processed: 1, skipped: 0, failed: 1, excluded: 0 },
        reasons: { [b.run]: 'nothing-downloaded' },
      },
    ]);
    expect(archive.requests).toHaveLength(requests);
    expect(one.table(a.run)).toBe(mouseByHand(a));
    expect(one.readsOf(a.run)).toEqual(
      [1, 2].map((mate) => `${a.run}_${mate}.amalgkit.fastq.gz.safely_removed`),
    );
  });

  test('touches nothing with --dry-run, and prints what it would do', async () => {
    const fresh = project();
    const [before, untouched] = [treeOf(fresh.root), archive.requests.length];
    const plan = await fresh.batch(archive, ['--dry-run', '--batch-size', '3']);
    expect([plan.status, plan.stderr]).toEqual([0, '']);
    expect(plan.json).toMatchObject({
      out: fresh.out,
      batches: [{ runs: names.slice(0, 3) }, { runs: names.slice(3) }],
      skipped: [],
      excluded: [],
    });
    expect([treeOf(fresh.root), archive.requests.length]).toEqual([before, untouched]);
    const begun = project();
    await begun.batch(archive, ['--max-samples', '2']);
    const [tree, requests] = [treeOf(begun.root), archive.requests.length];
    const { json } = await begun.batch(archive, ['--dry-run', '--max-samples', '4']);
    expect(json).toMatchObject({
      batches: [{ runs: [c.run, d.run] }],
      skipped: [a.run, b.run],
      excluded: [{ run: e.run, reason: 'beyond --max-samples' }],
    });
    expect([treeOf(begun.root), archive.requests.length]).toEqual([tree, requests]);
  });

  test('makes batches smaller for --batch-disk-gb, but never empty', async () => {
    // A run is estimated at 2.4 bytes for each base, when nothing else is told.
    const bases = { total_bases: String(2 ** 30), total_spots: '10000000' };
    const one = project(runs.map((archived) => rowOf(archived, bases)));
    const sizes = async (gb: string) => {
      const { json } = await one.batch(archive, ['--dry-run', '--batch-disk-gb', gb]);
      return (json.batches as unknown as { runs: string[] }[]).map(({ runs }) => runs.length);
    };
    expect(await sizes('5')).toEqual([2, 2, 1]);
    expect(await sizes('1')).toEqual([1, 1, 1, 1, 1]);
    expect(await sizes('12.1')).toEqual([5]);
  });

  test('leaves excluded rows alone, whatever else they hold', async () => {
    const one = project([
      rowOf(a),
      rowOf(b, { exclusion: 'low_quality' }),
      rowOf(c, { is_sampled: 'no', lib_layout: 'neither' }),
      rowOf(d, { platform: 'OXFORD_NANOPORE' }),
    ]);
    const requests = archive.requests.length;
    const ended = await one.batch(archive);
    expect([ended.status, counters(ended)]).toMatchObject([
      0,
      { counts: { processed: 1, skipped: 0, failed: 0, excluded: 3 }, balances: true },
    ]);
    // The report, and both mates.
    expect(archive.requests).toHaveLength(requests + 3);
    expect(readdirSync(one.path('getfastq'))).toEqual([a.run]);
    const { json } = await one.batch(archive, ['--dry-run']);
    expect(json.excluded).toEqual([
      { run: b.run, reason: 'exclusion: low_quality' },
      { run: c.run, reason: 'not sampled' },
      { run: d.run, reason: 'long-read' },
    ]);
  });

  test('takes folders and threads from the environment, and the command line before it', async () => {
    const one = project([rowOf(a)]);
    const [work, logs, out] = ['other', 'logs', 'out'].map((name) => path.join(one.root, name));
    const table = one.path('metadata', 'metadata.tsv');
    const env = { AK_WORK_DIR: 'other', AK_LOG_DIR: logs!, AK_THREADS: '1' };
    const missing = await one.batch(archive, [], { env });
    expect([missing.status, missing.stderr]).toEqual([
      3,
      expect.stringContaining(path.join(work!, 'metadata')),
    ]);
    const args = ['--metadata', table, '--out', out!];
    mkdirSync(path.join(out!, 'fasta'), { recursive: true });
    const fasta = 'Mus_musculus.fa.gz';
    writeFileSync(path.join(out!, 'fasta', fasta), readFileSync(one.path('fasta', fasta)));
    const ended = await one.batch(archive, args, { env });
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    expect(readFileSync(path.join(out!, 'quant', a.run, `${a.run}_abundance.tsv`), 'utf8')).toBe(
      mouseByHand(a),
    );
    expect(existsSync(path.join(logs!, `${a.run}.quant.log`))).toBe(true);
    expect(existsSync(path.join(work!, 'amalgkit.manifest.jsonl'))).toBe(true);
    expect([one.table(a.run), existsSync(one.path('logs'))]).toEqual([undefined, false]);
  });

  test("links to the user's own files, deletes the links alone, and fails for one that is not there", async () => {
    const one = project();
    const own = temporaryFolder();
    for (const [name, content] of Object.entries(a.fastq!)) writeFileSync(path.join(own, name), content);
    const at = (mate: number) => path.join(own, `${a.run}_${mate}.fastq.gz`);
    const local = { private_file: 'yes', read1_path: at(1), read2_path: at(2) };
    one.list([rowOf(a, local), rowOf(b, { ...local, read2_path: path.join(own, 'none.fastq.gz') })]);
    const before = treeOf(own);
    const kept = await one.batch(archive, ['--keep-fastq']);
    expect(counters(kept)).toMatchObject({
      counts: { processed: 1, skipped: 0, failed: 1, excluded: 0 },
      reasons: { [b.run]: 'private-file-missing' },
    });
    const link = one.path('getfastq', a.run, one.readsOf(a.run)[0]!);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    const ended = await one.batch(archive, ['--redo', '--max-samples', '1']);
    expect([ended.json.processed, ended.json.bytes_freed]).toEqual([1, 0]);
    expect(one.table(a.run)).toBe(mouseByHand(a));
    expect(treeOf(own)).toEqual(before);
    for (const name of one.readsOf(a.run)) expect(name).toMatch(/\.safely_removed$/);
  });

  test('prints a summary, or one JSON object of it, and writes a report', async () => {
    const one = project([rowOf(a), rowOf(b, { exclusion: 'bad' })]);
    const report = path.join(one.root, 'reports', 'mouse.html');
    const args = ['--config', one.config, '--root', one.root, '--report', report, ...quick];
    const text = await gtk(['rna', 'batch', ...args], { env: archive.env });
    expect([text.status, text.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^2 runs: 1 done, 0 done before, 0 failed, 1 excluded\n\d+ kB downloaded, \d+ kB freed, [\d.]+ s\n$/,
      ),
    ]);
    expect(readFileSync(report, 'utf8')).toContain(a.run);
    // Off a terminal, the log is one JSON object a line.
    const events = text.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).msg);
    expect(events).toEqual(expect.arrayContaining(['start', 'done', 'batch', 'finish']));
    const { json } = await one.batch(archive);
    expect(json).toEqual({
      status: 'done',
      exit_status: 0,
      total_samples: 2,
      processed: 0,
      skipped: 1,
      failed: 0,
      excluded: 1,
      pending: 0,
      batches: 0,
      batches_planned: 0,
      failed_runs: [],
      bytes_downloaded: 0,
      bytes_freed: 0,
      seconds: expect.any(Number),
    });
    const lines = readFileSync(one.path('amalgkit.manifest.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { step: 'quant', return_code: 0, run: a.run, reads_processed: 500, command: 'gtk rna batch' },
      { step: 'summary', return_code: 0, processed: 1, excluded: 1 },
    ]);
  });

  test('warns of runs of which too little is aligned, and counts them as done', async () => {
    const one = project([rowOf(a)]);
    const ended = await one.batch(archive, ['--min-mapped-percent', '99']);
    expect([ended.status, ended.json.processed]).toEqual([0, 1]);
    const [record] = one.journal().flatMap((line) => (line.type === 'end' ? [line.record] : []));
    expect(record!.warnings).toEqual([expect.stringMatching(/pseudoaligned, fewer than 99 %$/)]);
  });

  test.skipIf(!requireTool('fastp'))('filters reads with fastp where the configuration says so', async () => {
    const one = project([rowOf(a)], 'steps:\n  getfastq:\n    fastp: yes\n');
    expect(await one.batch(archive)).toMatchObject({ status: 0, json: { processed: 1 } });
    const report = JSON.parse(readFileSync(one.path('quant', a.run, `${a.run}_fastp.json`), 'utf8')).summary;
    const info = JSON.parse(readFileSync(one.path('quant', a.run, `${a.run}_run_info.json`), 'utf8'));
    expect(report.before_filtering.total_reads).toBe(1000);
    // fastp counts both mates.
    expect(info.n_processed).toBe(report.after_filtering.total_reads / 2);
    for (const name of one.readsOf(a.run)) expect(name).toMatch(/\.safely_removed$/);
  });

  test.skipIf(!requireTool('salmon'))('quantifies with salmon, whose result has the same form', async () => {
    const one = project([rowOf(a)]);
    expect(await one.batch(archive, ['--engine', 'salmon'])).toMatchObject({
      status: 0,
      json: { processed: 1 },
    });
    const rows = (table: string) =>
      table
        .trim()
        .split('\n')
        .map((line) => line.split('\t'));
    const [found, byKallisto] = [rows(one.table(a.run)!), rows(mouseByHand(a))];
    expect(found[0]).toEqual(byKallisto[0]);
    const names = (table: string[][]) => table.map(([target]) => target).sort();
    expect(names(found)).toEqual(names(byKallisto));
    // The two programs agree within a tenth on what they assign.
    const sum = (table: string[][]) => table.slice(1).reduce((all, row) => all + Number(row[3]), 0);
    expect(Math.abs(sum(found) / sum(byKallisto) - 1)).toBeLessThan(0.1);
    expect((await one.batch(archive, ['--engine', 'salmon'])).json.skipped).toBe(1);
  });

  test('does the same with a thread and a download at once', async () => {
    const [one, other] = [project(), project(undefined, 'steps:\n  getfastq:\n    aws: no\n')];
    await one.batch(archive, ['--threads', '1', '--downloads', '1', '--batch-size', '1']);
    await other.batch(archive, ['--threads', '99', '--downloads', '9', '--batch-size', 'auto']);
    const tables = ({ root }: Project) =>
      [...filesBelow(path.join(root, 'work', 'mouse', 'quant'))].filter(([name]) => name.endsWith('.tsv'));
    expect(tables(one)).toHaveLength(5);
    expect(tables(one)).toEqual(tables(other));
  });
});
