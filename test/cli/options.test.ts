import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { gtk, program, temporaryFolder, testData } from '../run-gtk.js';
import { countsOf, delimitedRows, type Rows, slowCount, summaryOf, totals, usageRows } from './slow-count.js';

const pl = createRequire(import.meta.url)('nodejs-polars') as typeof import('nodejs-polars').default;
const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

const odd = '>n\nATGNNNACGTRYAC-TAA\n>u short\naugucunnnga\n>tail\nATGAA\n>empty\n';
const human = testData('codon/human_mt_cds.fa');
const humanText = readFileSync(human, 'utf8');

beforeAll(() => {
  writeFileSync(at('odd.fa'), odd);
});

/** Runs quietly into a folder of that name, and expects success in silence. */
async function count(out: string, args: string[]): Promise<Rows> {
  const ended = await gtk(['codon', ...args, '--out', out, '--quiet'], { cwd: folder });
  expect(ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
  return usageRows(at(out));
}

const isPlain = (codon: string) => /^[ACGT]{3}$/.test(codon);
const onlyPlain = (counts: Map<string, number>) => new Map([...counts].filter(([codon]) => isPlain(codon)));
const sorted = (counts: Map<string, number>) => [...counts].sort();

describe('The table', () => {
  test.each([0, 1, 2])('in frame %i holds the counts of a slow count', async (frame) => {
    const expected = slowCount(humanText, frame);
    const rows = await count(`frame${frame}`, [human, '--frame', String(frame), '--min-count', '0']);
    expect(sorted(countsOf(rows))).toEqual(sorted(onlyPlain(expected.counts)));
    expect(rows).toHaveLength(64);
    expect(summaryOf(at(`frame${frame}`))).toMatchObject({ ...totals(expected), frame });
  });

  /** Amino acids from NCBI's list of genetic codes, codons in the order TTT, TTC, TTA, TTG, TCT… */
  const codes: [code: number, aminoAcids: string][] = [
    [1, 'FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
    [2, 'FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG'],
    [6, 'FFLLSSSSYYQQCC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
    [12, 'FFLLSSSSYY**CC*WLLLSPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  ];

  test.each(codes)(
    'with genetic code %i has its amino acids, frequencies and RSCU',
    async (code, aminoAcids) => {
      const rows = await count(`code${code}`, [
        human,
        '--genetic-code',
        String(code),
        '--rscu',
        '--min-count',
        '0',
      ]);
      const letter = new Map(
        [...aminoAcids].map((one, i) => ['TCAG'[i >> 4]! + 'TCAG'[(i >> 2) & 3]! + 'TCAG'[i & 3]!, one]),
      );
      const { counts, codons } = slowCount(humanText);
      expect(rows).toHaveLength(64);
      for (const row of rows) {
        const codon = row.codon!;
        const family = [...letter].filter(([, one]) => one === letter.get(codon)).map(([name]) => name);
        const all = family.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
        expect(row.amino_acid).toBe(letter.get(codon));
        expect(Number(row.count)).toBe(counts.get(codon) ?? 0);
        expect(Number(row.frequency)).toBeCloseTo((counts.get(codon) ?? 0) / codons, 14);
        expect(Number(row.per_thousand)).toBeCloseTo((1000 * (counts.get(codon) ?? 0)) / codons, 11);
        if (all === 0) expect(row.rscu).toBe('');
        else expect(Number(row.rscu)).toBeCloseTo(((counts.get(codon) ?? 0) * family.length) / all, 12);
      }
      const order = rows.map((row) => [-Number(row.count), row.codon!] as const);
      expect(order).toEqual(order.toSorted(([a, x], [b, y]) => a - b || (x < y ? -1 : 1)));
    },
  );

  test('--ambiguous keep lists ambiguous codons as rows of their own', async () => {
    const expected = slowCount(odd);
    const rows = await count('keep', ['odd.fa', '--ambiguous', 'keep']);
    expect(sorted(countsOf(rows))).toEqual(sorted(expected.counts));
    const others = rows.filter(({ codon }) => !isPlain(codon!));
    expect(others.length).toBeGreaterThan(2);
    for (const { amino_acid } of others) expect(amino_acid).toBe('X');
    const skipped = await count('skip', ['odd.fa']);
    expect(sorted(countsOf(skipped))).toEqual(sorted(onlyPlain(expected.counts)));
    for (const out of ['keep', 'skip']) expect(summaryOf(at(out))).toMatchObject(totals(expected));
  });

  test('--skip-stops leaves stops out of rows and frequencies', async () => {
    const rows = await count('stops', [human, '--genetic-code', '2', '--skip-stops']);
    const stops = ['TAA', 'TAG', 'AGA', 'AGG'];
    const { counts } = slowCount(humanText);
    const coding = [...onlyPlain(counts)].filter(([codon]) => !stops.includes(codon));
    expect(sorted(countsOf(rows))).toEqual(coding.sort());
    const total = coding.reduce((sum, [, n]) => sum + n, 0);
    for (const row of rows) expect(Number(row.frequency)).toBeCloseTo(Number(row.count) / total, 14);
  });

  test('--min-count drops rows and changes none that stay', async () => {
    const all = await count('min1', [human, '--rscu']);
    const some = await count('min50', [human, '--rscu', '--min-count', '50']);
    expect(some).toEqual(all.filter((row) => Number(row.count) >= 50));
    expect(some.length).toBeGreaterThan(10);
    expect(some.length).toBeLessThan(all.length);
  });

  test('comes in five formats, and in those alone that are asked for', async () => {
    const rows = await count('formats', [human, '--rscu', '--format', 'json,parquet,arrow,csv,tsv']);
    const names = ['arrow', 'csv', 'json', 'parquet', 'tsv'].map((format) => `codon_usage.${format}`);
    expect(
      readdirSync(at('formats'))
        .filter((name) => name.startsWith('codon'))
        .sort(),
    ).toEqual(names);
    expect(delimitedRows(at('formats/codon_usage.csv'), ',')).toEqual(rows);
    const text = (row: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]));
    expect(JSON.parse(readFileSync(at('formats/codon_usage.json'), 'utf8')).map(text)).toEqual(rows);
    expect(pl.readParquet(at('formats/codon_usage.parquet')).toRecords().map(text)).toEqual(rows);
    expect(
      pl
        .readIPC(readFileSync(at('formats/codon_usage.arrow')))
        .toRecords()
        .map(text),
    ).toEqual(rows);
    await gtk(['codon', human, '--format', 'csv', '--out', 'csv', '--quiet'], { cwd: folder });
    expect(readdirSync(at('csv')).sort()).toEqual(['.gtk', 'codon_usage.csv', 'summary.json']);
  });
});

describe('What is printed', () => {
  test('is a table of the --top codons, the totals and the files, on standard output', async () => {
    const ended = await gtk(['codon', human, '--rscu', '--genetic-code', '2', '--top', '3', '--out', 'top'], {
      cwd: folder,
    });
    const lines = ended.stdout.split('\n');
    expect(ended.status).toBe(0);
    expect(lines.slice(0, 5)).toEqual([
      'codon  aa  count  per 1000   RSCU',
      'CTA    L     276    72.708  2.571',
      'ATC    I     196    51.633  1.225',
      'ATA    M     167    43.994  1.614',
      '… the rest is in the table',
    ]);
    expect(ended.stdout).toContain('13 sequences, 11,395 bases, 3,796 codons\n');
    expect(ended.stdout).toContain(`Written:\n  ${at('top/codon_usage.parquet')}\n`);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    const none = await gtk(['codon', human, '--top', '0', '--out', 'none'], { cwd: folder });
    expect(none.stdout).toMatch(/^13 sequences/);
  });

  test('without a terminal, the log is JSON lines on standard error', async () => {
    const ended = await gtk(['codon', human, '--out', 'log', '--log-level', 'debug'], { cwd: folder });
    const events = ended.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ msg }) => msg).sort()).toEqual([
      'aggregate',
      'planned',
      'start',
      'task-done',
      'task-start',
    ]);
    expect(events[0]).toMatchObject({ level: 30, command: 'codon', folder: at('log') });
  });

  test('--json is one object on standard output and nothing else', async () => {
    const ended = await gtk(['codon', human, '--json', '--out', 'json'], { cwd: folder });
    const told = JSON.parse(ended.stdout);
    expect(ended.stdout.trimEnd()).not.toContain('\n');
    expect(told).toMatchObject({ status: 'done', exit_status: 0, up_to_date: false });
    expect(told.summary.summary).toEqual(summaryOf(at('json')));
    expect(told.outputs).toContain(at('json/summary.json'));
  });

  test('--quiet is nothing, and --log-file still gets the log', async () => {
    await count('quiet', [human, '--log-file', 'logs/run.jsonl']);
    const messages = readFileSync(at('logs/run.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).msg);
    expect(messages).toEqual(['start', 'planned', 'aggregate']);
  });

  test('--progress always draws a bar on standard error, in colour unless NO_COLOR is set', async () => {
    const args = ['codon', human, '--progress', 'always', '--out'];
    const colour = await gtk([...args, 'colour'], { cwd: folder, env: { NO_COLOR: '' } });
    const plain = await gtk([...args, 'plain'], { cwd: folder, env: { NO_COLOR: '1' } });
    for (const { stderr, stdout } of [colour, plain]) {
      expect(stderr).toMatch(/\d+% \| \d+\/\d+ MB/);
      expect(stderr).not.toContain('"level"');
      expect(stdout).toContain('3,796 codons');
      expect(stdout).not.toContain('\u001b');
    }
    expect(colour.stderr).toContain('\u001b[36m');
    expect(plain.stderr).not.toContain('\u001b[3');
  });

  test('into a pipe that is closed early is no error', () => {
    for (const command of [`codon "${human}" --top 64 --out "${at('piped')}"`, '--help', 'codon --help']) {
      const script = `"$0" "$1" ${command} | head -1; echo "\${PIPESTATUS[0]}"`;
      const ended = spawnSync('bash', ['-c', script, process.execPath, program], { encoding: 'utf8' });
      const lines = ended.stdout.trimEnd().split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[1]).toBe('0');
      expect(ended.stderr).not.toMatch(/EPIPE|\bat\b/);
    }
  });
});
