/** Eight runs of three species in one table, from archives to results, against kallisto by hand. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder, testData } from '../../run-gtk.js';
import type { Archive, ArchivedRun } from '../archive.js';
import {
  archiveOf,
  byHand,
  counters,
  mousePairs,
  Project,
  pairedRun,
  type Result,
  reads,
  rowOf,
} from './project.js';

const pair = (name: string) => [reads(`${name}_1`), reads(`${name}_2`)];
const pombe = { scientific_name: 'Schizosaccharomyces pombe' };
const cerevisiae = { scientific_name: 'Saccharomyces cerevisiae' };
const single = (run: string, more: Partial<ArchivedRun>): ArchivedRun => {
  return { run, layout: 'SINGLE', readCount: 10_000, baseCount: 680_000, ...more };
};
const sra = (run: string) => ({ sra: readFileSync(testData(`rna/sra/${run}.sra`)) });

/** A run, what the metadata say of it, and its name in the table of the README of the data. */
const cases: [ArchivedRun, Record<string, string>, string][] = [
  [pairedRun('ERR900001', pair('Schizosaccharomyces_pombe/Sp_log'), 10_000, 68), pombe, 'Sp_log'],
  [pairedRun('ERR900002', pair('Schizosaccharomyces_pombe/Sp_hs'), 10_000, 68), pombe, 'Sp_hs'],
  [
    single('ERR900003', { fastq: { 'ERR900003.fastq.gz': reads('Schizosaccharomyces_pombe/Sp_log_1') } }),
    pombe,
    'SpSE_log',
  ],
  [pairedRun('SRR6357070', pair('Saccharomyces_cerevisiae/SRR6357070'), 100, 101), cerevisiae, 'SRR6357070'],
  [pairedRun('ERR900005', pair('Saccharomyces_cerevisiae/Sc_sim1'), 8000, 75), cerevisiae, 'Sc_sim1'],
  [mousePairs('ERR900006', 0, 10_000), {}, 'Mm_s1'],
  [
    single('SRR99990003', { ...sra('SRR99990003'), sraAt: ['aws'] }),
    { ...pombe, nominal_length: '250' },
    'SRR99990003',
  ],
  // Every tenth spot has one mate only.
  [
    { ...pairedRun('SRR99990004', [], 10_000, 68), ...sra('SRR99990004'), sraAt: ['aws'] },
    pombe,
    'SRR99990004',
  ],
];
const runs = cases.map(([archived]) => archived);
const isSra = ({ sra }: ArchivedRun) => sra !== undefined;

/** Rates by name, as the README of the data tells them. */
const rates = Object.fromEntries(
  readFileSync(testData('rna/README.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 9 && /^\d+$/.test(cells[4]!))
    .map(([, name, , , processed, aligned, percent]) => [name, { processed, aligned, percent }]),
);

const tools = ['kallisto', 'fasterq-dump', 'vdb-validate', 'sra-stat'].map(requireTool);

describe.skipIf(tools.includes(undefined))('a batch of eight', () => {
  let archive: Archive;
  let project: Project;
  let first: Result;
  beforeAll(async () => {
    archive = await archiveOf({ runs });
    project = new Project({
      rows: cases.map(([archived, columns]) => rowOf(archived, columns)),
      references: ['Mus_musculus', 'Saccharomyces_cerevisiae', 'Schizosaccharomyces_pombe'],
    });
    first = await project.batch(archive);
  });

  test('does them all, and the counters add up', () => {
    expect([first.status, first.stderr]).toEqual([0, '']);
    expect(counters(first)).toEqual({
      counts: { processed: 8, skipped: 0, failed: 0, excluded: 0 },
      balances: true,
      reasons: {},
    });
    const bytes = runs.flatMap(({ fastq = {}, sra }) => [...Object.values(fastq), ...(sra ? [sra] : [])]);
    expect(first.json).toMatchObject({
      status: 'done',
      exit_status: 0,
      batches: 1,
      batches_planned: 1,
      bytes_downloaded: bytes.reduce((sum, { length }) => sum + length, 0),
    });
  });

  test.each(cases)('processes and aligns of $run what the README says', ({ run }, _, name) => {
    const info = JSON.parse(readFileSync(project.path('quant', run, `${run}_run_info.json`), 'utf8'));
    const { n_processed, n_pseudoaligned, p_pseudoaligned } = info;
    const found = [n_processed, n_pseudoaligned, `${p_pseudoaligned.toFixed(1)} %`].map(String);
    const { processed, aligned, percent } = rates[name]!;
    expect(found).toEqual([processed, aligned, percent]);
  });

  test('leaves the tables that kallisto by hand leaves', () => {
    for (const [{ run, fastq = {}, sra }, columns] of cases) {
      const species = (columns.scientific_name ?? 'Mus musculus').replace(' ', '_');
      const index = project.path('index', `${species}.idx`);
      const contents = sra ? unpacked(run) : Object.values(fastq);
      const length = columns.nominal_length ?? '200';
      const options =
        contents.length === 1 ? ['--single', '-l', length, '-s', String(Number(length) / 10)] : [];
      expect(project.table(run), run).toBe(byHand(index, contents, options));
    }
  });

  /** As the programs of the toolkit unpack it. */
  function unpacked(run: string): Buffer[] {
    const folder = temporaryFolder();
    const args = ['--split-3', '--skip-technical', '-O', folder, '-t', folder];
    execFileSync('fasterq-dump', [...args, testData(`rna/sra/${run}.sra`)], { stdio: 'ignore' });
    const names = run === 'SRR99990003' ? [`${run}.fastq`] : [`${run}_1.fastq`, `${run}_2.fastq`];
    return names.map((name) => readFileSync(path.join(folder, name)));
  }

  test('leaves markers in place of the reads', () => {
    for (const archived of runs) {
      const { run, fastq, layout } = archived;
      const names = isSra(archived)
        ? layout === 'SINGLE'
          ? [`${run}.fastq.gz`]
          : [`${run}_1.fastq.gz`, `${run}_2.fastq.gz`]
        : Object.keys(fastq!);
      expect(project.readsOf(run)).toEqual(names.map((name) => `${name}.safely_removed`));
    }
    expect(first.json.bytes_freed).toBeGreaterThan(first.json.bytes_downloaded);
  });

  test('skips them all the second time, without any program or request', async () => {
    const [requests, programs] = [archive.requests.length, project.programs()];
    const tables = runs.map(({ run }) => project.table(run));
    expect([...programs].filter((name) => name === 'kallisto')).toHaveLength(8 + 3);
    // Whatever is looked for is not found there.
    const again = await project.batch(archive, [], { env: { PATH: temporaryFolder() } });
    expect([again.status, again.json]).toMatchObject([0, { batches: 0, batches_planned: 0 }]);
    expect(counters(again)).toEqual({
      counts: { processed: 0, skipped: 8, failed: 0, excluded: 0 },
      balances: true,
      reasons: {},
    });
    expect(archive.requests).toHaveLength(requests);
    expect(project.programs()).toEqual(programs);
    expect(runs.map(({ run }) => project.table(run))).toEqual(tables);
  });
});
