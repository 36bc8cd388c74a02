import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTool } from '../agreement/tools.js';
import { filesBelow, gtk, temporaryFolder, testData } from '../run-gtk.js';
import { random } from '../runs/kills.js';
import { yeastReference } from './reference.js';

const isReady = ['cutadapt', 'bwa', 'samtools'].map(requireTool).every(Boolean);
const folder = temporaryFolder();
const [r1, r2] = ['R1', 'R2'].map((mate) => testData(`pcr/qslam_clean/${mate}.fastq.gz`)) as [string, string];

describe.skipIf(!isReady)('gtk pcr run', () => {
  let genomes = '';
  const out = path.join(folder, 'undisturbed');
  const args = (to: string, ...more: string[]) => [
    ...['pcr', 'run', r1, r2, '--genome', 'yeast', '--genome-dir', genomes, '--out', to],
    ...['--steps', 'cutadapt,readlen,read_mapping,site_analysis', ...more],
  ];

  beforeAll(async () => {
    genomes = await yeastReference();
    const ended = await gtk(args(out, '--json'));
    expect(ended).toMatchObject({ status: 0 });
  });

  /** All files that tell results, by name; the rest tells when and where they were made. */
  const results = (of: string) =>
    Object.fromEntries(
      [...filesBelow(of)]
        .filter(([name]) => !/^logs|step\.json$|\.pdf$|\.xlsx$|cutadapt_step\d\.json$/.test(name))
        .map(([name, bytes]) => [
          name,
          (name.endsWith('.fastq.gz') ? gunzipSync(bytes) : bytes).toString('latin1'),
        ]),
    );

  test('finds all planted sites, and nothing else', () => {
    const score = execFileSync(
      '/usr/bin/python3',
      [
        path.join(import.meta.dirname, 'score_sites.py'),
        ...['--truth', testData('pcr/qslam_clean/truth.tsv'), '--filter', 'xlsx'],
        ...['--peaks', path.join(out, 'bed2peak/aligned.d0.peak.merge.txt')],
      ],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(score)).toMatchObject({ expected: 56, recall: 1, precision: 1 });
  });

  test('does nothing when all stands, and prints the same', async () => {
    const before = filesBelow(out);
    const [first, second] = [await gtk(args(out, '--json')), await gtk(args(out, '--json'))];
    expect(first.status).toBe(0);
    expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
    expect(filesBelow(out)).toEqual(before);
  });

  test('killed at any moment goes on where it was, to the same bytes', async () => {
    const next = random(20);
    const expected = results(out);
    expect(Object.keys(expected).length).toBeGreaterThan(40);
    for (let trial = 0; trial < 3; trial += 1) {
      const to = path.join(folder, `killed-${trial}`);
      let kills = 0;
      for (;;) {
        const delay = 150 + next() * 1500;
        let timer: NodeJS.Timeout | undefined;
        const ended = await gtk(args(to), {
          started: (child) => {
            timer = setTimeout(() => child.kill('SIGKILL'), delay);
          },
        });
        clearTimeout(timer);
        if (ended.status === 0) break;
        expect(ended.signal).toBe('SIGKILL');
        kills += 1;
        if (kills === 3) {
          expect(await gtk(args(to))).toMatchObject({ status: 0 });
          break;
        }
      }
      expect(kills).toBeGreaterThan(0);
      expect(results(to)).toEqual(expected);
      rmSync(to, { recursive: true });
    }
  });

  test('takes plain FASTQ as well', async () => {
    const plain = ['R1', 'R2'].map((mate) => {
      const file = path.join(folder, `${mate} plain.fq`);
      writeFileSync(file, gunzipSync(readFileSync(testData(`pcr/qslam_clean/${mate}.fastq.gz`))));
      return file;
    });
    const to = path.join(folder, 'from plain');
    const words = args(to);
    words.splice(2, 2, ...plain);
    expect(await gtk(words)).toMatchObject({ status: 0 });
    expect(results(to)).toEqual(results(out));
  });

  test('refuses another configuration in the same folder, and takes it with --fresh', async () => {
    const to = path.join(folder, 'fresh');
    expect(await gtk(args(to, '--plan-only'))).toMatchObject({ status: 0 });
    const other = await gtk(args(to, '--preset', 'published'));
    expect(other).toMatchObject({ status: 2 });
    expect(other.stderr).toContain('started differently');
  });
});

describe('gtk pcr run refuses', () => {
  const run = (...words: string[]) => gtk(['pcr', 'run', ...words, '--out', path.join(folder, 'refused')]);

  test.each([
    ['no genome', [r1, r2], '--genome: found nothing'],
    ['an unknown genome', [r1, r2, '--genome', 'nobody'], 'There is no genome nobody'],
    ['a sequence that is none', [r1, r2, '--genome', 'x', '--r1-seq', 'file:/etc/passwd'], '--r1-seq: found'],
    ['a rate of thirty', [r1, r2, '--genome', 'x', '--r1-error-rate', '30'], '--r1-error-rate'],
  ])('%s', async (_what, words, sentence) => {
    const ended = await run(...words, '--genome-dir', folder);
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain(sentence);
    expect(existsSync(path.join(folder, 'refused'))).toBe(false);
  });

  test.skipIf(!isReady)('files that are no pair of reads', async () => {
    const genomes = await yeastReference();
    const of = (...words: string[]) => run(...words, '--genome', 'yeast', '--genome-dir', genomes);
    const other = path.join(folder, 'other.fastq');
    writeFileSync(other, '@elsewhere/2\nACGT\n+\nIIII\n');
    const fasta = path.join(folder, 'reads.fasta');
    writeFileSync(fasta, '>a\nACGT\n');
    copyFileSync(r1, path.join(folder, 'cut.fastq.gz'));
    for (const [words, sentence] of [
      [[r1, other], 'are no pair: record 1 is SIM:'],
      [[fasta, r2], 'is not FASTQ: line 1 has ">a", expected \'@\''],
      [[r1, '/dev/null'], 'No such file'],
      [['nowhere', r2], 'No such file or folder'],
    ] as [string[], string][]) {
      const ended = await of(...words);
      expect(ended.stderr).toContain(sentence);
      expect([2, 3]).toContain(ended.status);
    }
  });
});
