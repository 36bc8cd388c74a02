/** References, indices and disks that are no good: what they concern fails, the rest is done. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder, testData } from '../../run-gtk.js';
import { canMount } from '../../runs/small-disk.js';
import { onDisk } from '../kills/small-disk.js';
import { archiveOf, counters, mouseByHand, mousePairs, Project, quick, rowOf } from './project.js';

const kallisto = requireTool('kallisto');
const fasta = testData('rna/fasta/Mus_musculus.fa.gz');

/** The reference with its first record a second time. */
function writeTwice(file: string): void {
  const text = gunzipSync(readFileSync(fasta)).toString();
  writeFileSync(file, `${text}${text.slice(0, text.indexOf('>', 1))}`);
}

/** An index that lacks its end. */
function writeCutIndex(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  execFileSync('kallisto', ['index', '-i', file, fasta], { stdio: 'ignore' });
  truncateSync(file, statSync(file).size - 1000);
}

describe.skipIf(!kallisto)('references and indices', () => {
  const runs = [1, 2, 3, 4].map((number) => mousePairs(`SRR92000${number}`, number, number + 1000));
  const [good, twice, cut, none] = runs as [...typeof runs, never, never, never, never];

  test('that are no good fail the runs of their species alone', async () => {
    const archive = await archiveOf({ runs });
    const project = new Project({
      rows: [
        rowOf(good),
        rowOf(twice, { scientific_name: 'Mus spretus' }),
        rowOf(cut, { scientific_name: 'Mus caroli' }),
        rowOf(none, { scientific_name: 'Mus pahari' }),
      ],
    });
    writeTwice(project.path('fasta', 'Mus_spretus.fa'));
    writeCutIndex(project.path('index', 'Mus_caroli.idx'));
    const ended = await project.batch(archive);
    expect([ended.status, counters(ended)]).toEqual([
      1,
      {
        counts: { processed: 1, skipped: 0, failed: 3, excluded: 0 },
        balances: true,
        reasons: { [twice.run]: 'bad-reference', [cut.run]: 'bad-index', [none.run]: 'no-index' },
      },
    ]);
    expect(project.table(good.run)).toBe(mouseByHand(good));
    // The reads of the others can be used once the reference is right.
    for (const { run, fastq } of [twice, cut, none]) {
      expect(project.table(run)).toBe(undefined);
      expect(project.readsOf(run)).toEqual(Object.keys(fastq!));
    }
    expect(ended.stderr).toMatch(/Mus_spretus\.fa.*mm9chr1/);
    expect(existsSync(project.path('index', 'Mus_spretus.idx'))).toBe(false);
  });

  test('that are no good end the command before any download where there is no other species', async () => {
    const archive = await archiveOf({ runs });
    const project = new Project({ rows: [rowOf(good)], references: [] });
    writeTwice(project.path('fasta', 'Mus_musculus.fa'));
    const ended = await project.batch(archive);
    expect([ended.status, ended.json.error]).toMatchObject([3, { code: 'GTK_RNA_INDEX' }]);
    expect(archive.requests).toEqual([]);
  });

  test('are built anew where the index is cut off and the reference is there', async () => {
    const archive = await archiveOf({ runs });
    const project = new Project({ rows: [rowOf(good)] });
    writeCutIndex(project.path('index', 'Mus_musculus.idx'));
    expect((await project.batch(archive)).status).toBe(0);
    expect(project.table(good.run)).toBe(mouseByHand(good));
  });
});

describe.skipIf(!kallisto || !canMount(temporaryFolder()))('a disk of one megabyte', () => {
  test('fails the runs that do not fit, and no other', async () => {
    const big = mousePairs('SRR920011', 0, 10_000);
    const unknown = mousePairs('SRR920012', 0, 10_000);
    const small = [13, 14].map((number) => mousePairs(`SRR9200${number}`, number, number + 500));
    const archive = await archiveOf({ runs: [big, unknown, ...small] });
    // Of the second one, nothing tells how much space it needs.
    const rows = [rowOf(big), rowOf(unknown, { total_bases: '', spot_length: '152' })];
    const folder = temporaryFolder();
    const project = new Project({
      rows: [...rows, ...small.map((archived) => rowOf(archived))],
      root: path.join(folder, 'start'),
    });
    const root = path.join(folder, 'disk');
    const config = path.join(root, path.relative(project.root, project.config));
    const args = ['rna', 'batch', '--config', config, '--root', root, ...quick, '--quiet', '--json'];
    const { disk, ...ended } = await onDisk(folder, 1, [...args, '--batch-size', '1'], archive.env);
    const json = JSON.parse(ended.stdout);
    expect([ended.status, counters({ ...ended, json })]).toEqual([
      1,
      {
        counts: { processed: 2, skipped: 0, failed: 2, excluded: 0 },
        balances: true,
        reasons: { [big.run]: 'disk-full', [unknown.run]: 'disk-full' },
      },
    ]);
    const results = path.join(disk, 'work', 'mouse', 'quant');
    for (const archived of small) {
      const table = path.join(results, archived.run, `${archived.run}_abundance.tsv`);
      expect(readFileSync(table, 'utf8')).toBe(mouseByHand(archived));
    }
    for (const { run } of [big, unknown]) expect(existsSync(path.join(results, run))).toBe(false);
  });
});
