/** Whole runs with the real programs: from the upload to the table of sites, which is held against what was planted. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { yeastReference } from '../../pcr/reference.js';
import { scoreSites, simulateReads } from '../../pcr/simulated.js';
import { filesBelow, gtk, testData } from '../../run-gtk.js';
import { sendForm } from '../upload-form.js';
import { assay, type GtkServe, isReady, readPair, serverFolder, startServe } from './gtk-serve.js';

const hasFastqc = requireTool('fastqc') !== undefined;
const folder = serverFolder();
const distances = Array.from({ length: 11 }, (_, d) => d);
const lambda = path.join(folder, 'lambda');

/** Genome, settings and reads of each run, and the sites that are to be found. */
const sets = {
  clean: {
    genome: 'yeast',
    config: {},
    reads: testData('pcr/qslam_clean'),
    expected: 56,
    precision: 1,
    exact: 33,
  },
  tail: {
    genome: 'yeast',
    config: { ltr_tail: 'TAGCA' },
    reads: testData('pcr/qslam_tail'),
    expected: 55,
    // Reads of one fragment run three bases into the tail, too few for cutadapt to be sure: 59 of 60.
    precision: 0.98,
    exact: 34,
  },
  umi: {
    genome: 'yeast',
    config: { umi_read: 'r2', umi_pattern: 'NNNNNNNN' },
    reads: testData('pcr/qslam_umi'),
    expected: 33,
    precision: 1,
    // An error in a UMI makes another molecule of a copy.
    exact: 13,
  },
  lambda: { genome: 'lambda', config: {}, reads: lambda, expected: 9, precision: 1, exact: 5 },
};
type SetName = keyof typeof sets;
const names = Object.keys(sets) as SetName[];

describe.skipIf(!isReady)('a run', () => {
  let genomes: string;
  let server: GtkServe;
  const runs = {} as Record<SetName, string>;
  const folderOf = (id: string) => path.join(server.dataDir, 'runs', id);
  const stepsOf = (name: SetName) => [
    ...(name === 'clean' && hasFastqc ? ['qc'] : []),
    ...(name === 'umi' ? ['umi'] : []),
    ...['cutadapt', 'readlen', 'read_mapping', 'site_analysis'],
  ];

  beforeAll(async () => {
    genomes = await yeastReference();
    simulateReads(
      testData('pcr/lambda_virus.fa.gz'),
      lambda,
      ...['--seed', '21', '--sites', '12', '--clusters', '1', '--frag-max', '400', '--spacing', '300'],
      ...['--decoys', '50', '--chimeras', '10'],
    );
    server = await startServe(path.join(folder, 'data'), { genomes });
    for (const name of names) {
      const { genome, config, reads } = sets[name];
      runs[name] = await server.create(name, readPair(reads), { ...assay, genome, ...config });
    }
    for (const name of names) {
      // In whatever order they are asked for.
      const steps = stepsOf(name).toReversed();
      const answer = await server.ask('POST', `/runs/${runs[name]}/pipeline`, { steps });
      expect(answer).toMatchObject({
        status: 202,
        body: { run_id: runs[name], steps: stepsOf(name) },
      });
    }
    for (const name of names) {
      const state = await server.settled(runs[name]);
      expect(state).toMatchObject({ status: 'completed' });
      const done = state.step_history.map((job: { step_name: string }) => job.step_name);
      expect(done).toEqual(['upload', ...stepsOf(name).map((step) => (step === 'qc' ? 'qc_before' : step))]);
    }
  });

  test.each(names)('finds the planted sites of %s', async (name) => {
    const { reads, expected, precision, exact } = sets[name];
    const peaks = path.join(folderOf(runs[name]), 'bed2peak/aligned.d0.peak.merge.txt');
    const truth = path.join(reads, 'truth.tsv');
    const score = scoreSites(truth, peaks);
    expect(score).toMatchObject({ expected, recall: 1 });
    expect(score.precision).toBeGreaterThanOrEqual(precision);
    expect(score.sites_with_exact_fragment_count).toBeGreaterThanOrEqual(exact);

    // What the server tells is what the file says that was scored.
    const { body } = await server.ask('GET', `/runs/${runs[name]}/results/site_analysis?d=0`);
    const told = body.table.map((row: Record<string, unknown>) =>
      [row.seqnames, row.start, row.end, row.nUniqueReads, row.strand, row.nReads].join('\t'),
    );
    const kept = readFileSync(peaks, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
      .filter(([, , , , unique, , all]) => Number(unique) > 1 || Number(all) > 5)
      .map(([contig, start, end, , unique, strand, all]) =>
        [contig, start, end, unique, strand, all].join('\t'),
      );
    expect(kept.length).toBeGreaterThan(0);
    expect(told.toSorted()).toEqual(kept.toSorted());
  });

  test('has a table for each of the eleven distances', async () => {
    const { body } = await server.ask('GET', `/runs/${runs.clean}/results`);
    const paths = body.results.bed2peak.map((file: { path: string }) => file.path);
    const rows = [];
    for (const d of distances) {
      for (const ending of ['txt', '2.txt', '3.txt', 'xlsx', 'tsv', 'json'])
        expect(paths).toContain(`bed2peak/aligned.d${d}.peak.merge.${ending}`);
      const { body } = await server.ask('GET', `/runs/${runs.clean}/results/site_analysis?d=${d}`);
      rows.push(body.table.length);
    }
    // Clusters are 2 to 10 bases wide.
    expect(rows).toEqual(rows.toSorted((a, b) => b - a));
    expect(rows[10]).toBeLessThan(rows[0]!);
  });

  test('has the bytes that gtk pcr run leaves', async () => {
    const { genome, config, reads } = sets.umi;
    const out = path.join(folder, 'alone');
    const ended = await gtk([
      ...['pcr', 'run', path.join(reads, 'R1.fastq.gz'), path.join(reads, 'R2.fastq.gz')],
      ...['--genome', genome, '--genome-dir', genomes, '--out', out],
      ...['--steps', 'umi,cutadapt,read_mapping,site_analysis'],
      ...['--umi-read', config.umi_read, '--umi-pattern', config.umi_pattern],
    ]);
    expect(ended).toMatchObject({ status: 0 });
    // The others tell when they were made.
    const results = (root: string) =>
      [...filesBelow(path.join(root, 'bed2peak'))].filter(([file]) => !/step\.json$|\.xlsx$/.test(file));
    const expected = results(out);
    expect(expected.length).toBeGreaterThan(50);
    expect(new Map(results(folderOf(runs.umi)))).toEqual(new Map(expected));
  });

  test.skipIf(!hasFastqc)('has the verdicts of FastQC', async () => {
    const { body } = await server.ask('GET', `/runs/${runs.clean}/results/qc`);
    expect(body.summary.before).toBeDefined();
    expect(JSON.stringify(body.summary.before)).toContain('Per base sequence quality');
    expect(existsSync(path.join(folderOf(runs.clean), 'fastqc/beforeCutAdapt/R1_fastqc.html'))).toBe(true);
  });

  test('goes out as a file, comes in as another run, and finds the same', async () => {
    const first = await server.ask('GET', `/runs/${runs.lambda}/export`);
    const imported = await server.ask('POST', '/runs/import', first.body);
    expect(imported.status).toBe(201);
    const id = imported.body.run_id;
    expect(id).not.toBe(runs.lambda);
    const second = await server.ask('GET', `/runs/${id}/export`);
    expect(second.body.config).toEqual(first.body.config);

    expect(await server.ask('POST', `/runs/${id}/cutadapt`)).toMatchObject({
      status: 409,
      body: { code: 'input_missing' },
    });
    const { r1, r2 } = readPair(lambda);
    const parts: [string, Uint8Array][] = [
      ['R2', r2],
      ['R1', r1],
    ];
    const sent = await sendForm(`${server.url}runs/${id}/files`, parts);
    expect(sent.status).toBe(201);
    expect(await sendForm(`${server.url}runs/${id}/files`, parts)).toMatchObject({ status: 409 });
    const steps = ['cutadapt', 'read_mapping', 'site_analysis'];
    expect(await server.ask('POST', `/runs/${id}/pipeline`, { steps })).toMatchObject({ status: 202 });
    expect(await server.settled(id)).toMatchObject({ status: 'completed' });
    const tables = (run: string) =>
      distances.map((d) =>
        readFileSync(path.join(folderOf(run), `bed2peak/aligned.d${d}.peak.merge.txt`), 'utf8'),
      );
    expect(tables(id)).toEqual(tables(runs.lambda));
  });
});
