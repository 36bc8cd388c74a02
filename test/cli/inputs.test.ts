import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { compress } from 'zstd-napi';
import { bgzfOf } from '../formats/streams.js';
import { gtk, program, type RunOptions, temporaryFolder, testData } from '../run-gtk.js';
import { countsOf, slowCount, summaryOf, totals, usageRows } from './slow-count.js';

const pl = createRequire(import.meta.url)('nodejs-polars') as typeof import('nodejs-polars').default;
const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

const human = readFileSync(testData('codon/human_mt_cds.fa'), 'utf8');
const expected = slowCount(human);
const humanRecords = human.split(/^(?=>)/m);
const [firstHalf, secondHalf] = [humanRecords.slice(0, 6).join(''), humanRecords.slice(6).join('')];

beforeAll(() => {
  writeFileSync(at('human.fa'), human);
  writeFileSync(at('human.fa.gz'), gzipSync(human));
});

/** Every count and total of an output folder is that of a slow count. */
function expectCounts(out: string, slow = expected) {
  expect(slow.codons).toBeGreaterThan(0);
  expect(summaryOf(at(out))).toMatchObject(totals(slow));
  expect([...countsOf(usageRows(at(out)))].sort()).toEqual([...slow.counts].sort());
}

let runs = 0;
async function expectCounted(inputs: string[], options: RunOptions = {}, slow = expected) {
  runs += 1;
  const out = `out${runs}`;
  const args = ['codon', ...inputs, '--ambiguous', 'keep', '--out', out, '--quiet'];
  expect(await gtk(args, { cwd: folder, ...options })).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expectCounts(out, slow);
  return summaryOf(at(out));
}

describe('The same sequences are counted alike', () => {
  test('from a plain file', async () => {
    const summary = await expectCounted(['human.fa']);
    expect(summary.inputs).toEqual([{ path: at('human.fa'), bytes: human.length, sequences: 13 }]);
  });

  test.each([
    ['gzip under a plain name', 'packed.fa', () => gzipSync(human)],
    [
      'gzip of several members',
      'members.fa.gz',
      () => Buffer.concat([gzipSync(firstHalf), gzipSync(secondHalf)]),
    ],
    ['BGZF', 'blocks.fa.gz', () => bgzfOf([Buffer.from(firstHalf), Buffer.from(secondHalf)])],
    ['zstd', 'human.fa.zst', () => compress(Buffer.from(human))],
    ['plain text under the name of gzip', 'plain.fa.gz', () => Buffer.from(human)],
    ['text behind a byte order mark', 'mark.fa', () => Buffer.from(`\ufeff${human}`)],
    ['lines that end in CR LF', 'crlf.fa', () => Buffer.from(human.replaceAll('\n', '\r\n'))],
    ['no newline at the end', 'open.fa', () => Buffer.from(human.trimEnd())],
    ['one line a record', 'lines.fa', () => Buffer.from(human.replaceAll(/(?<=^[^>].*)\n(?!>)/gm, ''))],
    [
      'lower case and U',
      'rna.fa',
      () => Buffer.from(sequenceLines((line) => line.toLowerCase().replaceAll('t', 'u'))),
    ],
    ['one base a line', 'narrow.fa', () => Buffer.from(sequenceLines((line) => [...line].join('\n')))],
    [
      'blank lines and comments',
      'comments.fa',
      () => Buffer.from(`; first\n\n${sequenceLines((line) => `${line}\n\n;>no header`)}`),
    ],
  ])('from %s', async (_, name, content) => {
    writeFileSync(at(name), content());
    await expectCounted([name]);
  });

  const sequenceLines = (change: (line: string) => string) =>
    human
      .trimEnd()
      .split('\n')
      .map((line) => (line.startsWith('>') ? line : change(line)))
      .join('\n');

  test('from standard input, plain and compressed', async () => {
    const summary = await expectCounted(['-'], { input: human });
    expect(summary.inputs).toEqual([{ path: '-', bytes: 0, sequences: 13 }]);
    await expectCounted(['-'], { input: gzipSync(human) });
    await expectCounted(['-'], { input: compress(Buffer.from(human)) });
  });

  test('from two files, in whatever order, and from standard input between them', async () => {
    writeFileSync(at('first.fa'), firstHalf);
    writeFileSync(at('second.fa.gz'), gzipSync(secondHalf));
    const summary = await expectCounted(['second.fa.gz', 'first.fa']);
    expect(summary.inputs.map((input: { sequences: number }) => input.sequences)).toEqual([7, 6]);
    writeFileSync(at('empty-record.fa'), '>nothing\n');
    const more = slowCount(`${human}>nothing\n`);
    await expectCounted(['first.fa', '-', 'empty-record.fa'], { input: secondHalf }, more);
  });

  test('from a folder, whose FASTA files are taken in the order of their names', async () => {
    mkdirSync(at('folder/below'), { recursive: true });
    writeFileSync(at('folder/b.fna.gz'), gzipSync(firstHalf));
    writeFileSync(at('folder/a.FASTA'), secondHalf);
    for (const left of ['notes.txt', '.hidden.fa', 'below/c.fa'])
      writeFileSync(at(`folder/${left}`), '>x\nATG\n');
    const summary = await expectCounted(['folder']);
    expect(summary.inputs.map((input: { path: string }) => input.path)).toEqual([
      at('folder/a.FASTA'),
      at('folder/b.fna.gz'),
    ]);
  });

  test('from a link, and from a name with blanks, quotes and letters of all kinds', async () => {
    symlinkSync('human.fa.gz', at('link.fa'));
    await expectCounted(['link.fa']);
    mkdirSync(at('my data'));
    const name = `my data/Gène "2" 'ß' 塩基 $HOME.fa`;
    writeFileSync(at(name), human);
    const summary = await expectCounted([name]);
    expect(summary.inputs[0].path).toBe(at(name));
  });

  test('from a name that begins with a dash, behind --', async () => {
    writeFileSync(at('-dash.fa'), human);
    const args = ['codon', '--ambiguous', 'keep', '--out', 'dash', '--quiet', '--', '-dash.fa'];
    expect(await gtk(args, { cwd: folder })).toMatchObject({ status: 0, stderr: '' });
    expectCounts('dash');
  });

  test('from a process substitution and a FIFO', () => {
    const counted = (script: string, out: string) => {
      const ended = spawnSync('bash', ['-c', script, process.execPath, program], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
      expectCounts(out);
    };
    const options = '--ambiguous keep --quiet --out';
    counted(`"$0" "$1" codon <(zcat human.fa.gz) ${options} substituted`, 'substituted');
    counted(`"$0" "$1" codon <(cat first.fa) <(cat second.fa.gz) ${options} two`, 'two');
    counted(`mkfifo pipe.fa; cat human.fa.gz > pipe.fa & "$0" "$1" codon pipe.fa ${options} fifo`, 'fifo');
  });

  test('from Parquet, whose rows are records', async () => {
    const records = humanRecords.map((record) => record.slice(1).trimEnd().split('\n'));
    const ids = records.map(([header]) => header!.split(' ')[0]!);
    const sequence = records.map(([, ...lines]) => lines.join(''));
    pl.DataFrame({ seq_id: ids, sequence, extra: ids.map((_, i) => i) }).writeParquet(at('human.parquet'));
    const summary = await expectCounted(['human.parquet', '--per-sequence']);
    expect(summary.inputs[0].sequences).toBe(13);
    expect(
      pl
        .readParquet(at(`out${runs}/sequences.parquet`))
        .getColumn('id')
        .toArray(),
    ).toEqual(ids);
    pl.DataFrame({ sequence }).writeParquet(at('bare.parquet'));
    await expectCounted(['bare.parquet', '--per-sequence']);
    expect(
      pl
        .readParquet(at(`out${runs}/sequences.parquet`))
        .getColumn('id')
        .toArray(),
    ).toEqual(ids.map((_, i) => String(i + 1)));
  });
});

describe('Records of odd kinds', () => {
  const records = [
    '>empty\n',
    '>short\nAT\n',
    '>\nATGGCC\n',
    '> blank before\nATGA\n',
    '>gaps and all\nAT-GCN...ATG*NN\n',
    '>iupac\nRYSWKMBDHVNATG\n',
    '>inner > sign\nAUGaugTTT\n',
    '>last of its name\nTGATAATAG',
  ];

  test.each([0, 1, 2])('are counted in frame %i as a slow count does', async (frame) => {
    writeFileSync(at('odd.fa'), records.join(''));
    await expectCounted(['odd.fa', '--frame', String(frame)], {}, slowCount(records.join(''), frame));
  });

  test('keep their names, first word and rest', async () => {
    await expectCounted(['odd.fa', '--per-sequence'], {}, slowCount(records.join('')));
    const rows = pl.readParquet(at(`out${runs}/sequences.parquet`)).toRecords();
    expect(rows.map(({ id, description, length }) => [id, description, Number(length)])).toEqual([
      ['empty', '', 0],
      ['short', '', 2],
      ['', '', 6],
      ['blank', 'before', 4],
      ['gaps', 'and all', 15],
      ['iupac', '', 14],
      ['inner', '> sign', 9],
      ['last', 'of its name', 9],
    ]);
  });

  test('make a result although none of them holds a codon', async () => {
    writeFileSync(at('nothing.fa'), '>a\n>b\nNN\n');
    const summary = await expectNothing();
    expect(summary).toMatchObject({
      sequences: 2,
      bases: 2,
      codons: 0,
      ambiguous: 0,
      partial: 1,
      gc: null,
      enc: null,
    });
  });

  async function expectNothing() {
    const args = ['codon', 'nothing.fa', '--rscu', '--report', '--per-sequence', '--out', 'nothing'];
    const ended = await gtk(args, { cwd: folder });
    expect(ended.status).toBe(0);
    expect(ended.stdout).toContain('2 sequences, 2 bases, 0 codons');
    expect(ended.stdout).not.toMatch(/NaN|null|undefined|Infinity/);
    return summaryOf(at('nothing'));
  }
});
