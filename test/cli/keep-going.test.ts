import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { filesBelow, gtk, temporaryFolder } from '../run-gtk.js';
import { complaint, refusal } from './refusal.js';
import { summaryOf } from './slow-count.js';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

/** Long enough that the middle is far behind what is looked at before the work begins. */
const long = Array.from(
  { length: 40_000 },
  (_, i) => `>gene${i}\nATGGCC${'ACGT'[i & 3]!.repeat(3 + (i % 7))}TAA\n`,
);

beforeAll(() => {
  const middle = Buffer.from(long.join(''));
  writeFileSync(at('a.fa'), '>a1\nATGGCCTTTTAA\n>a2\nATGNNNTAA\n');
  writeFileSync(at('c.fa.gz'), gzipSync('>c1\nATGCTGCTGTAAA\n'));
  writeFileSync(at('head.fa'), 'this is no FASTA\n');
  const packed = gzipSync(middle);
  writeFileSync(at('cut.fa.gz'), packed.subarray(0, packed.length - 500));
  middle[middle.length >> 1] = 7;
  writeFileSync(at('middle.fa'), middle);
});

const options = ['--keep-going', '--rscu', '--per-sequence', '--batch-size', '900'];

/** Final files but for the three values of the summary that tell about the process. */
function results(out: string) {
  const { failed_inputs, elapsed_seconds, peak_rss_bytes, ...summary } = summaryOf(at(out));
  const tables = [...filesBelow(at(out))].filter(([name]) => name !== 'summary.json');
  return { failed: failed_inputs, summary, tables };
}

test.each([
  { where: 'at its head', bad: 'head.fa', code: 'GTK_NOT_FASTA', says: 'line 1 has' },
  { where: 'only in the middle', bad: 'middle.fa', code: 'GTK_BINARY', says: 'byte 0x07' },
  {
    where: 'only at the end of its gzip stream',
    bad: 'cut.fa.gz',
    code: 'GTK_TRUNCATED',
    says: 'is cut short',
  },
])(
  'One of three inputs that is bad $where is left out, listed, and counts for nothing',
  async ({ bad, code, says }) => {
    const without = await gtk(['codon', 'a.fa', 'c.fa.gz', ...options, '--out', `without-${bad}`], {
      cwd: folder,
    });
    expect(without.status).toBe(0);
    const ended = await gtk(['codon', 'a.fa', bad, 'c.fa.gz', ...options, '--out', `with-${bad}`], {
      cwd: folder,
    });
    expect(ended.status).toBe(1);
    const { sentence } = complaint(ended.stderr);
    expect(sentence).toContain(at(bad));
    expect(sentence).toContain(says);
    expect(ended.stdout).toContain(`left out: ${at(bad)}`);

    const expected = results(`without-${bad}`);
    const found = results(`with-${bad}`);
    expect(found.failed).toEqual([{ path: at(bad), code, message: sentence }]);
    expect(found.summary.inputs).toEqual([
      { path: at('a.fa'), bytes: 31, sequences: 2 },
      { path: at('c.fa.gz'), bytes: expect.any(Number), sequences: 1 },
    ]);
    expect(found.summary).toEqual(expected.summary);
    expect(found.tables).toEqual(expected.tables);
    expect(found.tables.map(([name]) => name)).toEqual([
      'codon_usage.parquet',
      'codon_usage.tsv',
      'sequences.parquet',
      'sequences.tsv',
    ]);
  },
);

test('The same command again ends with the same status and list, and changes nothing', async () => {
  const args = ['codon', 'a.fa', 'head.fa', ...options, '--out', 'again'];
  const first = await gtk(args, { cwd: folder });
  const before = filesBelow(at('again'));
  const second = await gtk(args, { cwd: folder });
  expect([first.status, second.status]).toEqual([1, 1]);
  expect(complaint(second.stderr).sentence).toBe(complaint(first.stderr).sentence);
  expect(filesBelow(at('again'))).toEqual(before);
});

test('--json lists what was left out and tells the status', async () => {
  const ended = await gtk(['codon', 'a.fa', 'head.fa', '--keep-going', '--json', '--out', 'json'], {
    cwd: folder,
  });
  const told = JSON.parse(ended.stdout);
  expect(ended.status).toBe(1);
  expect(told).toMatchObject({ status: 'some failed', exit_status: 1 });
  expect(told.summary.summary.failed_inputs).toEqual(summaryOf(at('json')).failed_inputs);
  expect(summaryOf(at('json')).failed_inputs).toHaveLength(1);
});

test('A reference that is bad fails the run all the same', async () => {
  const told = await refusal(
    folder,
    ['codon', 'a.fa', '--reference', 'head.fa', '--keep-going', '--out', 'out'],
    3,
  );
  expect(told.sentence).toContain('head.fa is not FASTA');
});

test('A reference that is bad only in its middle fails the run all the same', async () => {
  const told = await refusal(
    folder,
    ['codon', 'a.fa', '--reference', 'cut.fa.gz', '--keep-going', '--out', 'out'],
    3,
  );
  expect(told.sentence).toContain('cut.fa.gz is cut short');
});

test('Several that are left out are listed in the order of the command line', async () => {
  const bad = ['cut.fa.gz', 'head.fa', 'middle.fa'];
  const [cut, head, middle] = bad as [string, string, string];
  const ended = await gtk(['codon', cut, 'a.fa', head, middle, ...options, '--out', 'several'], {
    cwd: folder,
  });
  expect(ended.status).toBe(1);
  const listed = summaryOf(at('several')).failed_inputs.map((failed: { path: string }) => failed.path);
  expect(listed).toEqual(bad.map(at));
  expect(summaryOf(at('several'))).toMatchObject({ sequences: 2, codons: 6, ambiguous: 1 });
});

test('A genome that is cut short fails a run with --gff all the same', async () => {
  writeFileSync(at('genes.gff3'), 'gene0\tx\tCDS\t1\t12\t.\t+\t0\tID=c1\n');
  const args = ['codon', 'cut.fa.gz', '--gff', 'genes.gff3', '--keep-going', '--out', 'out'];
  expect((await refusal(folder, args, 3)).sentence).toContain('cut.fa.gz is cut short');
});

test('Inputs of which none is good fail the run', async () => {
  const told = await refusal(folder, ['codon', 'head.fa', '--keep-going', '--out', 'out'], 3);
  expect(told.sentence).toContain('head.fa is not FASTA');
});

test('Inputs of which none is good further on fail the run', async () => {
  const told = await refusal(folder, ['codon', 'cut.fa.gz', 'middle.fa', '--keep-going', '--out', 'out'], 3);
  expect(told.sentence).toContain('cut.fa.gz is cut short');
});

test('--dry-run tells what would be left out', async () => {
  const ended = await gtk(['codon', 'a.fa', 'head.fa', '--keep-going', '--dry-run'], { cwd: folder });
  expect(ended.status).toBe(0);
  expect(ended.stdout).toContain(`Would leave out: ${at('head.fa')} is not FASTA`);
});
