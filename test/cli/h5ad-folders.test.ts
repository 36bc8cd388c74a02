import { appendFileSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasH5py, writeH5ads } from '../h5ad/h5ad-files.js';
import { completion } from '../h5ad/read-output.js';
import { h5ad, h5adDone, namesBelow, newFolder, newInputFolder } from '../h5ad/run-h5ad.js';
import { filesBelow, gtk, temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const cells = path.join(folder, 'cells.h5ad');

beforeAll(() => {
  if (hasH5py) writeH5ads(folder, "h5ad('cells.h5ad').close()");
});

/** A folder of inputs with copies of the one file. */
function inputsNamed(...names: string[]): { cwd: string; input: string } {
  const place = newInputFolder(folder);
  for (const name of names) copyFileSync(cells, path.join(place.input, name));
  return place;
}

const datasetsIn = (out: string) => namesBelow(out).filter((name) => !name.includes('/'));
const table = (cwd: string) => path.join(cwd, 'data/output/batch_processing_summary.tsv');

describe.skipIf(!hasH5py)('The files of a folder', () => {
  test('are the same however the folder is named', async () => {
    const { cwd } = inputsNamed('a.h5ad', 'b.h5ad');
    for (const args of [['data/input', '--batch-mode'], ['data/input'], ['--input-dir', 'data/input'], []]) {
      const datasets = await h5adDone(cwd, [...args, '--output-dir', `out${args.length}${args[0] ?? ''}`]);
      expect(datasets.map(({ name, status }) => [name, status])).toEqual([
        ['a', 'SUCCESS'],
        ['b', 'SUCCESS'],
      ]);
    }
    expect(namesBelow(cwd).filter((name) => name.endsWith('summary.tsv'))).toHaveLength(4);
  });

  test('are those that end in .h5ad, at its top alone', async () => {
    const { cwd, input } = inputsNamed('b.h5ad', 'a.H5AD', 'c.h5ad.gz', 'h5ad');
    mkdirSync(path.join(input, 'deeper'));
    copyFileSync(cells, path.join(input, 'deeper/d.h5ad'));
    const datasets = await h5adDone(cwd, []);
    expect(datasets.map(({ name }) => name)).toEqual(['b']);
    // One file is no batch: it is told as if it were named itself.
    expect(datasetsIn(path.join(cwd, 'data/output'))).toEqual(['b']);
  });

  test('end with the status of the error itself where there is only one', async () => {
    const { cwd, input } = newInputFolder(folder);
    writeFileSync(path.join(input, 'only.h5ad'), 'no HDF5');
    const { status, datasets } = await h5ad(cwd, ['--batch-mode']);
    expect([status, datasets[0]!.error!.code]).toEqual([3, 'GTK_NOT_HDF5']);
  });

  test('give datasets whose names are safe and different, with a warning where they would be one', async () => {
    const { cwd, input } = inputsNamed(
      ...['...h5ad', '.h5ad', '_.h5ad', 'dataset@special.h5ad', 'data  with   spaces.h5ad'],
      ...['my dataset.h5ad', 'my@dataset.h5ad', 'ünï 数.h5ad', '.gtk.h5ad', 'x..h5ad'],
    );
    writeFileSync(path.join(input, 'z\ttab\nline.h5ad'), 'no HDF5');
    const names = [
      ...[
        ['...h5ad', 'dataset'],
        ['.gtk.h5ad', 'dataset_2'],
        ['.h5ad', 'dataset_3'],
        ['_.h5ad', 'dataset_4'],
      ],
      ...[
        ['data  with   spaces.h5ad', 'data_with_spaces'],
        ['dataset@special.h5ad', 'dataset_special'],
      ],
      ...[
        ['my dataset.h5ad', 'my_dataset'],
        ['my@dataset.h5ad', 'my_dataset_2'],
        ['x..h5ad', 'x.'],
      ],
      ...[
        ['z\ttab\nline.h5ad', 'z_tab_line'],
        ['ünï 数.h5ad', 'ünï_数'],
      ],
    ];
    const ended = await gtk(['h5ad'], { cwd });
    expect(ended.status).toBe(1);
    const good = names.filter(([file]) => !file!.startsWith('z'));
    for (const [file, name] of good) {
      expect(completion(path.join(cwd, 'data/output', name!)).input.name).toBe(file);
    }
    const left = good.map(([, name]) => name!);
    expect(datasetsIn(path.join(cwd, 'data/output'))).toEqual([...left, path.basename(table(cwd))].sort());
    expect(namesBelow(path.join(cwd, 'data')).filter((name) => !/^(input|output)/.test(name))).toEqual([]);
    const log = ended.stderr.split('\n').filter((line) => line.startsWith('{'));
    const warnings = log.map((line) => JSON.parse(line)).filter(({ level }) => level === 40);
    expect(warnings.map(({ msg }) => msg)).toEqual(
      [
        ['.gtk', 'dataset'],
        ['', 'dataset'],
        ['_', 'dataset'],
        ['my@dataset', 'my_dataset'],
      ].map(([stem, wanted]) => {
        const [file, name] = names.find(([file]) => file === `${stem}.h5ad`)!;
        return `${path.join(input, file!)} becomes ${name}: an earlier file becomes ${wanted}`;
      }),
    );
    const rows = readFileSync(table(cwd), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(rows.slice(1).map(([name]) => name)).toEqual(names.map(([, name]) => name));
    for (const row of rows) expect(row).toHaveLength(6);
    expect(rows.find(([name]) => name === 'z_tab_line')![5]).toContain(`${input}/z tab line.h5ad is not`);
  });

  test('are skipped above --max-file-size-mb, not at it', async () => {
    const { cwd, input } = inputsNamed('at.h5ad', 'above.h5ad');
    appendFileSync(path.join(input, 'above.h5ad'), '\0');
    const limit = statSync(cells).size / 2 ** 20;
    const datasets = await h5adDone(cwd, ['--max-file-size-mb', String(limit)]);
    expect(datasets).toEqual([
      {
        ...{ name: 'above', status: 'SKIPPED', seconds: expect.any(Number) },
        ...{ input: path.join(input, 'above.h5ad'), out: path.join(cwd, 'data/output/above') },
        message: expect.stringMatching(/^File of 0\.\d\d MB is larger than 0\.\d+ MB$/),
      },
      expect.objectContaining({ name: 'at', status: 'SUCCESS' }),
    ]);
    const rows = readFileSync(table(cwd), 'utf8')
      .split('\n')
      .map((line) => line.split('\t').slice(0, 2));
    expect(rows.slice(1, 3)).toEqual([
      ['above', 'SKIPPED'],
      ['at', 'SUCCESS'],
    ]);
    expect(datasetsIn(path.join(cwd, 'data/output'))).not.toContain('above');
    expect(namesBelow(path.join(cwd, 'logs'))).not.toContain('above');
  });
});

describe.skipIf(!hasH5py)('What is printed', () => {
  test('with --json is one object with what became of each file', async () => {
    const { cwd, input } = inputsNamed('good.h5ad');
    writeFileSync(path.join(input, 'bad.h5ad'), '');
    const ended = await gtk(['h5ad', '--json'], { cwd });
    const out = path.join(cwd, 'data/output');
    const told = JSON.parse(ended.stdout);
    expect(told).toEqual({
      status: 'some failed',
      exit_status: 1,
      datasets: [
        {
          ...{ name: 'bad', status: 'FAILED', seconds: expect.any(Number) },
          ...{ input: path.join(input, 'bad.h5ad'), out: path.join(out, 'bad') },
          message: expect.stringContaining('CRASH: Failed to process bad: '),
          error: {
            ...{ code: 'GTK_NOT_HDF5', exitStatus: 3, remedy: expect.any(String) },
            message: `${input}/bad.h5ad is not an HDF5 file: found an empty file, expected the HDF5 signature`,
          },
        },
        {
          ...{ name: 'good', status: 'SUCCESS', seconds: expect.any(Number), up_to_date: false },
          ...{ input: path.join(input, 'good.h5ad'), out: path.join(out, 'good') },
          message: 'Successfully processed good',
          outputs: ['test/chunks/chunk_0000.parquet', 'train/chunks/chunk_0000.parquet', '_SUCCESS.json'].map(
            (name) => path.join(out, 'good', name),
          ),
          summary: expect.objectContaining({
            dataset: 'good',
            cells: { total: 6, kept: 6, empty: 0 },
            columns: expect.arrayContaining([{ name: 'cell_sentence', type: 'utf8' }]),
          }),
        },
      ],
    });
    expect(ended.stderr).toMatch(/^gtk: .*bad\.h5ad is not an HDF5 file/m);
  });

  test('with --quiet is nothing but errors', async () => {
    const { cwd } = inputsNamed('good.h5ad');
    expect(await gtk(['h5ad', '--quiet'], { cwd })).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('of a single file is what it has become, and its warnings', async () => {
    const ended = await gtk(['h5ad', cells], { cwd: newFolder(folder) });
    for (const line of [
      'cells: 6 cells, 8 genes; X is csr float32',
      '  genes    0 by HGNC, 0 by a column of symbols, 8 by the index, 0 left out',
      '  ages     6 cells have one, 0 have none',
      '  split    train 5 cells, test 1 cells',
      '  files    2, ',
      '  warning: no donor column (donor_id, donor, subject_id, individual): ',
      '1 in all: 1 successful, 0 failed; ',
    ])
      expect(ended.stdout).toContain(`${line}`);
  });

  test('with --dry-run is the plan, and nothing is written', async () => {
    const { cwd, input } = inputsNamed('good.h5ad');
    const before = namesBelow(cwd);
    const ended = await gtk(['h5ad', '--dry-run'], { cwd });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toContain(
      `Would read 1 input, ${statSync(cells).size.toLocaleString('en')} bytes:\n  ${input}/good.h5ad\n`,
    );
    expect(ended.stdout).toContain(`Would write to ${cwd}/data/output/good\n`);
    expect(namesBelow(cwd)).toEqual(before);
  });

  test('with --plan-only is how to finish the run, task by task', async () => {
    const { cwd } = inputsNamed('good.h5ad');
    const ended = await gtk(['h5ad', '--plan-only', '--quiet', '--json'], { cwd });
    const out = path.join(cwd, 'data/output/good');
    const message = `Planned; to finish: gtk resume ${out}`;
    expect(JSON.parse(ended.stdout).datasets).toMatchObject([{ status: 'SUCCESS', message }]);
    expect([...filesBelow(out)]).toEqual([]);
    // Lines of the plan: the facts, the one task, and the end.
    const lines = readFileSync(path.join(out, '.gtk/tasks.jsonl'), 'utf8').trimEnd().split('\n').length - 1;
    for (let line = 0; line < lines; line++) {
      const done = await gtk(['task', out, String(line)], { cwd });
      expect(done).toMatchObject({ status: 0, stdout: '', stderr: '' });
    }
    expect(namesBelow(path.join(out, '.gtk/done'))).toHaveLength(1);
    expect((await gtk(['resume', out, '--quiet'], { cwd })).status).toBe(0);
    const [told] = await h5adDone(cwd, []);
    expect(told).toMatchObject({ status: 'SUCCESS', up_to_date: true });
    await h5adDone(cwd, ['--output-dir', 'at-once']);
    expect(filesBelow(out)).toEqual(filesBelow(path.join(cwd, 'at-once/good')));
  });
});
