/** One command after another, as a user works through a project: plan, fetch, index, quant, merge, status, cleanup. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { filesBelow, gtk, temporaryFolder, testData } from '../../run-gtk.js';
import type { Archive, ArchivedRun } from '../archive.js';
import { archiveOf, mouseByHand, mousePairs, Project, quick, rowOf, treeOf } from './project.js';

const report = {
  library_strategy: 'RNA-Seq',
  scientific_name: 'Mus musculus',
  instrument_platform: 'ILLUMINA',
};
const runs = [1, 2, 3].map((number): ArchivedRun => {
  const archived = mousePairs(`SRR96000${number}`, number * 100, number * 100 + 1000);
  return { ...archived, accessions: ['PRJNA960000'], report };
});
/** Of another project. */
const lost = mousePairs('SRR960004');
const names = runs.map(({ run }) => run);
const whole = (archived: ArchivedRun) => new Map(Object.entries(archived.fastq!));

describe.skipIf(!requireTool('kallisto'))('gtk rna', () => {
  let archive: Archive;
  let root: string;
  let out: string;
  const config = () => ['--config', 'config/amalgkit_mouse.yaml'];
  beforeAll(async () => {
    archive = await archiveOf({ runs: [...runs, lost] });
    root = temporaryFolder();
    out = path.join(root, 'work', 'mouse');
    mkdirSync(path.join(root, 'config'));
    mkdirSync(path.join(out, 'fasta'), { recursive: true });
    copyFileSync(testData('rna/fasta/Mus_musculus.fa.gz'), path.join(out, 'fasta', 'Mus_musculus.fa.gz'));
    writeFileSync(
      path.join(root, 'config', 'amalgkit_mouse.yaml'),
      'work_dir: work/mouse\nspecies_list: [Mus_musculus]\n',
    );
  });

  /** From the root of the project. */
  async function rna(command: string, ...args: string[]) {
    const ended = await gtk(['rna', command, ...args, '--json'], { cwd: root, env: archive.env });
    return { ...ended, json: JSON.parse(ended.stdout || '{}') };
  }

  test('plan writes the table of a project', async () => {
    const { status, json } = await rna('plan', 'PRJNA960000', '--out', 'work/mouse');
    expect([status, json.runs, json.file]).toEqual([0, 3, path.join(out, 'metadata', 'metadata.tsv')]);
  });

  test('fetch downloads what is named, and then the rest', async () => {
    const { status, json } = await rna('fetch', ...config(), names[1]!);
    expect([status, json.runs.map(({ run }: { run: string }) => run)]).toEqual([0, [names[1]]]);
    expect(readdirSync(path.join(out, 'getfastq'))).toEqual([names[1]]);
    const all = await rna('fetch', ...config());
    expect([all.status, all.json.runs.length]).toEqual([0, 3]);
    for (const archived of runs)
      expect(filesBelow(path.join(out, 'getfastq', archived.run))).toEqual(whole(archived));
    // The table has the addresses, so that nobody asks for them again.
    expect(archive.requestsOf('filereport')).toHaveLength(1);
    for (const archived of runs)
      for (const name of Object.keys(archived.fastq!)) expect(archive.requestsOf(name)).toHaveLength(1);
  });

  test('index builds the index once', async () => {
    const [first, second] = [await rna('index', ...config()), await rna('index', ...config())];
    expect([first.status, second.status]).toEqual([0, 0]);
    const built = ({ json }: typeof first) => json.indices.map((one: { built: boolean }) => one.built);
    expect([built(first), built(second)]).toEqual([[true], [false]]);
  });

  test('quant quantifies what is named and keeps its reads, and then the rest', async () => {
    const requests = archive.requests.length;
    const one = await rna('quant', ...config(), '--keep-fastq', names[2]!);
    expect([one.status, one.json.total_samples, one.json.processed]).toEqual([0, 1, 1]);
    expect(filesBelow(path.join(out, 'getfastq', names[2]!))).toEqual(whole(runs[2]!));
    const all = await rna('quant', ...config());
    expect([all.status, all.json.processed, all.json.skipped]).toEqual([0, 2, 1]);
    for (const archived of runs) {
      const table = path.join(out, 'quant', archived.run, `${archived.run}_abundance.tsv`);
      expect(readFileSync(table, 'utf8')).toBe(mouseByHand(archived));
    }
    expect(archive.requests).toHaveLength(requests);
    const unknown = await rna('quant', ...config(), 'SRR1');
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('SRR1')]);
  });

  test('merge puts the results side by side', async () => {
    const { status, json } = await rna('merge', ...config());
    expect([status, json.species[0].runs]).toEqual([0, 3]);
    const table = path.join(out, 'merge', 'Mus_musculus', 'Mus_musculus_est_counts.tsv');
    const [header, ...rows] = readFileSync(table, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(header).toEqual(['target_id', ...names]);
    expect(rows).toHaveLength(11);
    runs.forEach((archived, column) => {
      const counts = mouseByHand(archived)
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split('\t')[3]));
      expect(rows.map((row) => Number(row[column + 1]))).toEqual(counts);
    });
  });

  test('status tells how all stand, without touching anything', async () => {
    const before = treeOf(root);
    const { status, json } = await rna('status', ...config(), '--runs');
    expect([status, json.species]).toMatchObject([0, [{ name: 'Mus musculus', out, total: 3, done: 3 }]]);
    expect(json.species[0].runs.map(({ run }: { run: string }) => run)).toEqual(names);
    expect(treeOf(root)).toEqual(before);
  });

  test('cleanup lists what no run needs, deletes it with --execute alone, and keeps what was to be kept', async () => {
    const { run } = lost;
    archive.faults.set(`${run}_2.fastq.gz`, { cutAfter: 5000 });
    const cut = await rna('fetch', run, '--out', 'work/mouse', ...quick);
    expect([cut.status, cut.json.failures]).toMatchObject([1, [{ code: 'GTK_RNA_RUN' }]]);
    const folder = path.join(out, 'getfastq', run);
    expect(readdirSync(folder)).toContain(`${run}_2.fastq.gz.part`);
    const before = treeOf(root);
    const listed = await rna('cleanup', ...config(), '--idle-minutes', '0');
    expect(listed.json).toMatchObject({
      executed: false,
      folders: [
        { deletions: [{ run, folder, why: 'failed' }], kept: [{ run: names[2], kept_for: 'keep-fastq' }] },
      ],
    });
    expect(treeOf(root)).toEqual(before);
    // What changed lately is left alone.
    expect((await rna('cleanup', ...config(), '--execute')).json.bytes_freed).toBe(0);
    const executed = await rna('cleanup', ...config(), '--execute', '--idle-minutes', '0');
    expect([executed.status, executed.json.bytes_freed]).toEqual([0, listed.json.folders[0].bytes]);
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    expect(filesBelow(path.join(out, 'getfastq', names[2]!))).toEqual(whole(runs[2]!));
    const again = await rna('batch', ...config(), ...quick);
    expect([again.status, again.json.skipped]).toEqual([0, 3]);
  });
});

describe('gtk rna fetch', () => {
  test('fetches accessions without a configuration, and fails those that nobody knows', async () => {
    const archive = await archiveOf({ runs });
    const out = path.join(temporaryFolder(), 'reads');
    const args = [
      'rna',
      'fetch',
      'PRJNA960000',
      'SRR999999',
      names[0]!,
      '--out',
      out,
      '--json',
      '--quiet',
      ...quick,
    ];
    const ended = await gtk(args, { env: archive.env });
    expect([ended.status, ended.stderr]).toEqual([
      1,
      expect.stringMatching(/^gtk: Run SRR999999 failed \(fetch, not-found\)/),
    ]);
    expect(ended.stderr.split('\n')).toHaveLength(3);
    const { runs: fetched, bytes_downloaded } = JSON.parse(ended.stdout);
    expect(fetched.map(({ run }: { run: string }) => run).sort()).toEqual(names);
    const bytes = runs.flatMap((archived) => [...whole(archived).values()]);
    expect(bytes_downloaded).toBe(bytes.reduce((sum, { length }) => sum + length, 0));
    for (const archived of runs)
      expect(filesBelow(path.join(out, 'getfastq', archived.run))).toEqual(whole(archived));
    // Once more: all is there.
    const before = archive.requests.length;
    const again = await gtk(
      args.filter((arg) => arg !== 'SRR999999'),
      { env: archive.env },
    );
    expect([again.status, JSON.parse(again.stdout).bytes_downloaded]).toEqual([0, 0]);
    expect(archive.requests.slice(before).every(({ service }) => service === 'portal')).toBe(true);
    expect(existsSync(path.join(out, 'quant'))).toBe(false);
  });

  test('leaves what is verified and what can be resumed, and fails the run', async () => {
    const [archived] = runs;
    const archive = await archiveOf({
      runs,
      faults: { [`${archived!.run}_2.fastq.gz`]: { cutAfter: 5000 } },
    });
    const project = new Project({ rows: [rowOf(archived!)] });
    const options = { env: archive.env };
    const ended = await project.rna('fetch', quick, options);
    expect([ended.status, ended.stderr]).toEqual([1, expect.stringContaining('(fetch, network)')]);
    expect(project.readsOf(archived!.run)).toContain(`${archived!.run}_2.fastq.gz.part`);
    archive.faults.clear();
    expect((await project.rna('fetch', quick, options)).status).toBe(0);
    expect(filesBelow(project.path('getfastq', archived!.run))).toEqual(whole(archived!));
    const statuses = archive.requestsOf(`${archived!.run}_2.fastq.gz`).map(({ status }) => status);
    expect(statuses.at(-1)).toBe(206);
  });
});
