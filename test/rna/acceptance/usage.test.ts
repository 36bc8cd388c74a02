/** Command lines that cannot be meant: status 2, one sentence and one remedy, and nothing is touched. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { gtk, temporaryFolder } from '../../run-gtk.js';
import { mousePairs, Project, rowOf, treeOf } from './project.js';

const row = rowOf(mousePairs('SRR970001', 0, 100));
const usage = "     See 'gtk rna";

test.each([
  ['batch', [], 'Missing --config: the YAML file of the species'],
  ['quant', [], 'Missing --config: the YAML file of the species'],
  ['fetch', [], 'found neither accessions nor --config, expected one of them'],
  ['index', [], 'Give either FASTA files or --config'],
  ['merge', [], 'Missing OUT, or --config FILE'],
  ['plan', [], 'Found no accession, expected one at least'],
  ['batch', ['--batch-sise', '3'], 'No such option: --batch-sise; did you mean --batch-size?'],
])('gtk rna %s %j', async (command, args, problem) => {
  const folder = temporaryFolder();
  const ended = await gtk(['rna', command, ...args], { cwd: folder });
  expect([ended.status, ended.stdout]).toEqual([2, '']);
  expect(ended.stderr).toContain(`gtk: ${problem}`);
  expect(ended.stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^gtk: /),
    expect.stringContaining(usage),
  ]);
  expect(treeOf(folder)).toEqual({});
});

test.each([
  [['--batch-size', '0'], '--batch-size: found "0"'],
  [['--batch-size', 'many'], '--batch-size: found "many"'],
  [['--downloads', '0'], '--downloads'],
  [['--threads', 'x'], '--threads'],
  [['--max-samples', '-1'], '--max-samples'],
  [['--engine', 'star'], '--engine'],
  [['--sources', 'ena,sra'], '--sources'],
  [['--sources', 'gcp'], '--sources: gcp needs a project that pays'],
  [['--retries', '1.5'], '--retries'],
  [['--ena-portal-url', 'http://example.org'], '--ena-portal-url: found "http://example.org"'],
  [['--ena-files-url', 'https://example.org/path'], '--ena-files-url'],
  [['--stream', '--keep-fastq'], 'found --stream with --keep-fastq'],
  [['--stream', '--skip-download'], 'found --stream with --skip-download'],
  [['--stream', '--engine', 'amalgkit'], 'found --stream with --engine amalgkit'],
  [['more'], 'Unexpected argument: more'],
])('gtk rna batch --config … %j', async (args, problem) => {
  const project = new Project({ rows: [row] });
  const before = treeOf(project.root);
  const ended = await project.rna('batch', args);
  expect(ended.status).toBe(2);
  const [first, second, ...more] = ended.stderr.split('\n');
  expect([first, second, more]).toEqual([
    expect.stringContaining(problem),
    expect.stringContaining(usage),
    [''],
  ]);
  expect(ended.json).toMatchObject({ status: 'failed', exit_status: 2, error: { code: 'GTK_USAGE' } });
  expect(treeOf(project.root)).toEqual(before);
});

test.each([
  ['fastp: yes with --stream', 'steps:\n  getfastq:\n    fastp: yes\n', ['--stream'], 'GTK_USAGE', 'fastp'],
  [
    'a word that is neither yes nor no',
    'steps:\n  quant:\n    redo: perhaps\n',
    [],
    'GTK_RNA_CONFIG',
    'redo',
  ],
  ['text that is no YAML', 'steps: [\n', [], 'GTK_RNA_CONFIG', 'line'],
])('a configuration with %s', async (_, yaml, args, code, problem) => {
  const project = new Project({ rows: [row], yaml });
  const before = treeOf(project.root);
  const ended = await project.rna('batch', args);
  expect([ended.status, ended.json.error]).toMatchObject([2, { code }]);
  expect(ended.stderr).toContain(problem);
  expect(ended.stderr).toContain(project.config);
  expect(treeOf(project.root)).toEqual(before);
});

test.each([
  ['a run twice', [row, row], 3, 'GTK_RNA_METADATA', 'a second time'],
  ['a run that names another folder', [{ ...row, run: '../SRR1' }], 3, 'GTK_RNA_METADATA', 'line 2'],
  ['no layout', [{ ...row, lib_layout: '' }], 3, 'GTK_RNA_METADATA', 'lib_layout'],
  ['no reads', [{ ...row, total_spots: '0' }], 3, 'GTK_RNA_METADATA', 'total_spots'],
])('metadata with %s', async (_, rows, status, code, problem) => {
  const project = new Project({ rows });
  const before = treeOf(project.root);
  const ended = await project.rna('batch');
  expect([ended.status, ended.json.error]).toMatchObject([status, { code }]);
  expect(ended.stderr).toContain(problem);
  expect(ended.stderr).toContain(project.path('metadata', 'metadata.tsv'));
  expect(treeOf(project.root)).toEqual(before);
});

test('an environment that cannot be meant', async () => {
  const project = new Project({ rows: [row] });
  const before = treeOf(project.root);
  for (const variable of ['AK_BATCH_SIZE', 'AK_THREADS']) {
    const ended = await project.rna('batch', [], { env: { [variable]: 'many' } });
    expect([ended.status, ended.json.error]).toMatchObject([2, { code: 'GTK_ENVIRONMENT_VALUE' }]);
    expect(ended.stderr).toContain(variable);
  }
  expect(treeOf(project.root)).toEqual(before);
});

test('files that are not there', async () => {
  const folder = temporaryFolder();
  const config = path.join(folder, 'none.yaml');
  const ended = await gtk(['rna', 'batch', '--config', config]);
  expect([ended.status, ended.stderr]).toEqual([
    2,
    expect.stringContaining(`No such file or folder: ${config}`),
  ]);
  const project = new Project({ rows: [row] });
  const missing = await project.rna('batch', ['--metadata', path.join(folder, 'none.tsv')]);
  expect([missing.status, missing.json.error]).toMatchObject([3, { code: 'GTK_RNA_NO_METADATA' }]);
  const tools = await project.rna('batch', [], { env: { PATH: folder } });
  expect([tools.status, tools.json.error]).toMatchObject([4, { code: 'GTK_MISSING_TOOL' }]);
  expect(tools.stderr).toContain('kallisto');
});
