import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeMates, RnaInput, smallWorkloads, workloads } from '../../bench/rna-inputs.js';
import { requireTool } from '../agreement/tools.js';
import { copyOfIndex } from '../rna/cached-index.js';
import { temporaryFolder } from '../run-gtk.js';

const data = (name: string) => fileURLToPath(new URL(`../data/rna/${name}`, import.meta.url));
const pairs = 300;
const [first, second] = makeMates(1, pairs);

test('the workloads are those that the figures are given for', () => {
  const { small, large, few, many } = workloads;
  expect([small, large].map(({ runs, pairs }) => [runs, pairs])).toEqual([
    [8, 8000],
    [8, 150_000],
  ]);
  expect([few, many]).toEqual([8, 2000]);
});

test('a run is the same bytes on every machine, and another one for each number', () => {
  expect(makeMates(1, pairs)).toEqual([first, second]);
  const sha256 = createHash('sha256').update(first).update(second).digest('hex');
  expect(sha256).toBe('8fcf2bd2649979c5fa5d136aa7cad702a27d9f7491ea2f442bbc563e76563914');
  expect(makeMates(2, pairs)[0]).not.toBe(first);
  expect(makeMates(1, pairs + 1)[0].startsWith(first)).toBe(true);
});

describe('a made run', () => {
  const records = (text: string) => text.trimEnd().split('\n');
  const sequences = (text: string) => records(text).filter((_, line) => line % 4 === 1);

  test('has as many records of 75 bases in each mate, under the same names', () => {
    for (const text of [first, second]) {
      const lines = records(text);
      expect(lines).toHaveLength(4 * pairs);
      for (let at = 0; at < lines.length; at += 4) {
        expect(lines[at]).toBe(`@1.${at / 4 + 1}`);
        expect(lines[at + 1]).toMatch(/^[ACGTN]{75}$/);
        expect(lines[at + 2]).toBe('+');
        expect(lines[at + 3]).toMatch(/^[F:,#]{75}$/);
      }
    }
  });

  test('is of both ends of fragments of the transcripts, with 0.4 % substitutions', () => {
    const fasta = gunzipSync(readFileSync(data('fasta/Saccharomyces_cerevisiae.fa.gz'))).toString();
    const transcripts = fasta.replace(/^>.*$/gm, '>').replace(/\n/g, '').split('>').filter(Boolean);
    const whole = transcripts.join('|');
    const reverse = (text: string) =>
      [...text]
        .reverse()
        .map((base) => ({ A: 'T', C: 'G', G: 'C', T: 'A' })[base] ?? base)
        .join('');
    /** Where a read without substitutions lies, as start in the text of all transcripts. */
    const place = (read: string) => whole.indexOf(read);
    const [ones, twos] = [sequences(first), sequences(second)];
    const lengths: number[] = [];
    let exact = 0;
    for (const [at, one] of ones.entries()) {
      const two = twos[at]!;
      const forward = place(one);
      const isForward = forward !== -1;
      const left = isForward ? forward : place(two);
      const right = place(reverse(isForward ? two : one));
      exact += [forward, place(reverse(one))].some((found) => found !== -1) ? 1 : 0;
      if (left === -1 || right === -1) continue;
      const length = right + 75 - left;
      // Reads that are in several transcripts may be found in two of them.
      if (length > 0 && length < 1000) lengths.push(length);
    }
    // 0.996 to the power of 75.
    expect(exact / pairs).toBeGreaterThan(0.74 - 0.05);
    expect(exact / pairs).toBeLessThan(0.74 + 0.05);
    expect(lengths.length).toBeGreaterThan(120);
    const mean = lengths.reduce((sum, length) => sum + length) / lengths.length;
    const deviation = Math.sqrt(
      lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / lengths.length,
    );
    expect(mean).toBeGreaterThan(245);
    expect(mean).toBeLessThan(255);
    expect(deviation).toBeGreaterThan(27);
    expect(deviation).toBeLessThan(33);
  });
});

describe.skipIf(!requireTool('kallisto'))('the files of a workload', () => {
  const folder = temporaryFolder();
  const input = new RnaInput({ ...smallWorkloads.large, runs: 2, pairs: 500 }, folder);
  beforeAll(() => {
    copyOfIndex(data('fasta/Saccharomyces_cerevisiae.fa.gz'), input.index);
  });

  test('are made once, and are what they are said to be', async () => {
    await input.make();
    expect(input.runs).toEqual(['SRR9000001', 'SRR9000002']);
    for (const [at, run] of input.runs.entries()) {
      const texts = input.reads(run).map((file) => gunzipSync(readFileSync(file)).toString());
      expect(texts).toEqual(makeMates(at + 1, 500));
      expect(input.expected(run, 1).toString()).toMatch(/^target_id\tlength\teff_length\test_counts\ttpm\n/);
    }
    const [file] = input.reads('SRR9000001');
    const { ino } = statSync(file!);
    await input.make();
    expect(statSync(file!).ino).toBe(ino);
  }, 60_000);

  test('may be copies of a run that the repository carries', async () => {
    const input = new RnaInput(smallWorkloads.small, folder);
    await input.make();
    const carried = [1, 2].map((mate) =>
      readFileSync(data(`fastq/Saccharomyces_cerevisiae/Sc_sim1_${mate}.fastq.gz`)),
    );
    expect(gunzipSync(carried[0]!).toString().split('\n')).toHaveLength(4 * smallWorkloads.small.pairs + 1);
    for (const run of input.runs) {
      expect(input.reads(run).map((file) => readFileSync(file))).toEqual(carried);
    }
  }, 60_000);
});
