import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasH5py, writeH5ads } from '../h5ad/h5ad-files.js';
import { completion, sides } from '../h5ad/read-output.js';
import { logLines, namesBelow, newInputFolder } from '../h5ad/run-h5ad.js';
import { type Ended, gtk, temporaryFolder } from '../run-gtk.js';

const { cwd, input } = newInputFolder(temporaryFolder());
const out = path.join(cwd, 'data/output');

/** Fifteen good files of different sizes, and their cells with donor and sentence; then some with faults. */
const statements = `
import json
expected = {}
for number in range(15):
    cells, genes = 4 + 3 * number, 30 + number
    names = [f'G{i + 1}' for i in range(genes)]
    x = counts(cells, genes, seed=number)
    donors = [f'd{i % 5}' for i in range(cells)]
    stages = categorical([f'{20 + i % 5}-year-old stage' for i in range(cells)])
    h5ad(f'good_{number:02}.h5ad', cells, genes, {'donor_id': donors, 'development_stage': stages}, x=x).close()
    expected[f'good_{number:02}'] = [[f'cell{i}', donors[i], sentence(x[i], names)] for i in range(cells)]
json.dump(expected, open('../expected.json', 'w'))
with h5ad('good_03_no_obs.h5ad') as file: del file['obs']
h5ad('good_11_no_age.h5ad', obs={'sex': ['male'] * 6}).close()
`;

const broken = ['bad\ttab', 'good_03_no_obs', 'good_07_pointer', 'good_11_no_age', 'z_cut'];
const good = Array.from({ length: 15 }, (_, i) => `good_${String(i).padStart(2, '0')}`);
/** In the order of the names of the files, as the names of datasets. */
const inOrder = [...good, ...broken].sort().map((name) => name.replace('\t', '_'));

describe.skipIf(!hasH5py)('A folder of twenty files of which five are broken', () => {
  let ended: Ended;
  beforeAll(async () => {
    writeH5ads(input, statements);
    const whole = readFileSync(path.join(input, 'good_14.h5ad'));
    const save = (name: string, content: string | Uint8Array) =>
      writeFileSync(path.join(input, `${name}.h5ad`), content);
    save('bad\ttab', 'name\tvalue\n');
    save('good_07_pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 99\n');
    save('z_cut', whole.subarray(0, whole.length - 100));
    ended = await gtk(['h5ad', 'data/input', '--batch-mode', '--chunk-size', '7'], { cwd });
  });

  test('ends with status 1, and each failure is told at the end in two lines', () => {
    expect(ended.status).toBe(1);
    const words = ended.stderr.trimEnd().split('\n').slice(-10);
    expect(words.filter((_, i) => i % 2 === 0).map((line) => line.replaceAll('\t', '_'))).toEqual(
      broken.map((name) =>
        expect.stringMatching(new RegExp(`^gtk: .*/${name.replace('\t', '_')}\\.h5ad\\b`)),
      ),
    );
    for (const remedy of words.filter((_, i) => i % 2 === 1)) expect(remedy).toMatch(/^ {5}\S.*\.$/);
  });

  test('leaves fifteen datasets with every cell once, its donor on one side and its sentence', async () => {
    const expected = JSON.parse(readFileSync(path.join(cwd, 'data/expected.json'), 'utf8'));
    expect(Object.keys(expected)).toEqual(good);
    for (const [name, cells] of Object.entries(expected)) {
      const { train, test } = await sides(path.join(out, name));
      const found = [...train, ...test].map((row) => [row.cell_id, row.donor_id, row.cell_sentence]);
      expect(found.sort()).toEqual((cells as string[][]).sort());
      const donors = [train, test].map((rows) => new Set(rows.map((row) => row.donor_id)));
      expect([...donors[0]!].filter((donor) => donors[1]!.has(donor))).toEqual([]);
      expect(donors[1]!.size).toBe(1);
      expect(completion(path.join(out, name)).cells).toMatchObject({
        total: found.length,
        kept: found.length,
      });
    }
  });

  test('leaves nothing of the broken ones but their logs, and nothing elsewhere', () => {
    const datasets = new Set(namesBelow(out).map((name) => name.split('/')[0]));
    expect([...datasets].sort()).toEqual(['batch_processing_summary.tsv', ...good]);
    const kinds = new Set(
      namesBelow(out)
        .filter((name) => name.includes('/'))
        .map((name) => name.replace(/^[^/]+\//, '').replace(/chunk_\d{4}\./, 'chunk_N.')),
    );
    expect([...kinds].sort()).toEqual([
      ...['.gtk', '.gtk/run.json', '_SUCCESS.json'],
      ...['test', 'test/chunks', 'test/chunks/chunk_N.parquet'],
      ...['train', 'train/chunks', 'train/chunks/chunk_N.parquet'],
    ]);
    const logs = namesBelow(path.join(cwd, 'logs')).filter((name) => name.includes('/'));
    expect(logs).toEqual(inOrder.flatMap((name) => [`${name}/pipeline.json`, `${name}/pipeline.log`]));
    expect(namesBelow(cwd).filter((name) => !/^(data|logs)(\/|$)/.test(name))).toEqual([]);
  });

  test('is summed up in a table in the order of the files', () => {
    const lines = readFileSync(path.join(out, 'batch_processing_summary.tsv'), 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    const rows = lines.map((line) => line.split('\t'));
    expect(rows.shift()).toEqual([
      ...['dataset_name', 'status', 'processing_time_seconds', 'processing_time_formatted'],
      ...['output_path', 'message'],
    ]);
    expect(rows.map(([name]) => name)).toEqual(inOrder);
    for (const [name, status, seconds, clock, place, message, ...more] of rows) {
      const isGood = good.includes(name!);
      expect(status).toBe(isGood ? 'SUCCESS' : 'FAILED');
      expect(seconds).toMatch(/^\d+\.\d\d$/);
      expect(clock).toMatch(/^\d\d:[0-5]\d:[0-5]\d$/);
      expect(place).toBe(path.join(out, name!));
      expect(message).toMatch(isGood ? /^Successfully processed/ : /^CRASH: Failed to process/);
      expect(message).toContain(` ${name}`);
      expect(more).toEqual([]);
    }
    const messages = new Map(rows.map((row) => [row[0], row[5]]));
    expect(messages.get('good_07_pointer')).toBe(
      `CRASH: Failed to process good_07_pointer: ${input}/good_07_pointer.h5ad is a Git LFS pointer, not the file itself, which has 99 bytes`,
    );
    expect(messages.get('bad_tab')).toContain(`${input}/bad tab.h5ad is not an HDF5 file`);
  });

  test('is summed up on standard output: a line each, the counts and the folders', () => {
    const lines = ended.stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^20 in all: 15 successful, 5 failed; \d+\.\d\d s$/);
    const marks = lines
      .slice(1, 21)
      .map((line) => /^ {2}([✓✗]) (\S+) +\d\d:\d\d:\d\d {2}\S/.exec(line)!.slice(1));
    expect(marks).toEqual(inOrder.map((name) => [good.includes(name) ? '✓' : '✗', name]));
    expect(lines.slice(21)).toEqual([`input    ${input}`, `output   ${out}`, `logs     ${cwd}/logs`]);
  });

  test('is logged for each of them, every event with its fields', () => {
    const cells = 4 + 3 * 14;
    const lines = logLines(cwd, 'good_14');
    const fields = (message: string) => lines.find(({ msg }) => msg === message);
    expect(fields('file')).toMatchObject({
      cells,
      genes: 44,
      matrix: 'X',
      encoding: 'csr',
      value_type: 'float32',
    });
    expect(fields('genes')).toMatchObject({ total: 44, hgnc: 0, symbol: 0, index: 44, leftOut: 0 });
    expect(fields('ages')).toMatchObject({
      column: 'development_stage',
      with_age: cells,
      without_age: 0,
      dropped: 0,
    });
    const split = fields('split') as unknown as { sides: { side: string; cells: number; donors: number }[] };
    expect(split).toMatchObject({ column: 'donor_id', donors: 5, cells_without_donor: 0 });
    expect(split.sides.map(({ side, donors }) => [side, donors])).toEqual([
      ['train', 4],
      ['test', 1],
    ]);
    const files = namesBelow(path.join(out, 'good_14')).filter((name) => name.endsWith('.parquet'));
    const chunks = lines.filter(({ msg }) => msg === 'chunk');
    expect(chunks.map(({ file }) => file).sort()).toEqual(files);
    for (const { file, bytes } of chunks)
      expect(readFileSync(path.join(out, 'good_14', file as string))).toHaveLength(bytes as number);
    expect(chunks.reduce((sum, { rows }) => sum + (rows as number), 0)).toBe(cells);
    expect(fields('cleanup')).toMatchObject({ interim: 'removed' });
    expect(lines.at(-1)).toMatchObject({ msg: 'end', time_taken: expect.stringMatching(/^00:00:\d\d$/) });
    for (const { time, level } of lines) {
      expect(new Date(time).toISOString()).toBe(time);
      expect(level).toBe('info');
    }
    const failed = logLines(cwd, 'good_11_no_age').find(({ code }) => code === 'GTK_NO_AGES');
    expect(failed).toMatchObject({ level: 'error', msg: expect.stringContaining('no cell with an age') });
  });

  test('is logged in the same lines to be read, a time and a level before the words', () => {
    for (const name of ['good_14', 'good_11_no_age']) {
      const text = readFileSync(path.join(cwd, 'logs', name, 'pipeline.log'), 'utf8')
        .trimEnd()
        .split('\n');
      const lines = logLines(cwd, name);
      expect(text).toHaveLength(lines.length);
      for (const [i, { time, level, msg }] of lines.entries()) {
        expect(text[i]!.startsWith(`${time} ${level.toUpperCase().padEnd(5)} ${msg}`)).toBe(true);
      }
    }
    const log = readFileSync(path.join(cwd, 'logs/good_14/pipeline.log'), 'utf8');
    expect(log).toMatch(/ INFO {2}chunk file=train\/chunks\/chunk_0000\.parquet rows=7 bytes=\d+$/m);
  });
});
