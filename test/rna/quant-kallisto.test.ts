import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { type QuantInput, quantify } from '../../src/rna/quant/quantify.js';
import type { Sample } from '../../src/rna/sample.js';
import type { WorkRules } from '../../src/rna/workshop.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder, testData } from '../run-gtk.js';
import { cachedIndex } from './cached-index.js';
import { failureOf, kallistoIndex, mouseFasta, mousePair, pombePair, workshop } from './quant-setup.js';
import { sample } from './samples.js';

const [left, right] = mousePair as [string, string];

interface Given extends Partial<Omit<QuantInput, 'sample' | 'shop'>> {
  sample?: Partial<Sample>;
  rules?: Partial<WorkRules>;
  program?: string;
  signal?: AbortSignal;
}

describe.skipIf(!requireTool('kallisto'))('kallisto', { timeout: 60_000 }, () => {
  const folder = temporaryFolder();
  let index = '';
  beforeAll(() => {
    index = kallistoIndex(folder, mouseFasta);
  });

  /** What is given to kallisto, in a stage of its own whose parent does not exist. */
  function input(given: Given): QuantInput & { events: unknown[] } {
    const { program, signal } = given;
    const { shop, events } = workshop(given.rules, {
      ...(program !== undefined && { program: () => program }),
      ...(signal && { signal }),
    });
    const own = temporaryFolder();
    return {
      files: mousePair,
      layoutUsed: 'paired',
      index,
      threads: 2,
      stage: path.join(own, 'with blank ü', 'staging', 'R'),
      logFile: path.join(own, 'logs', 'R.quant.log'),
      ...given,
      sample: sample('R', given.sample),
      shop,
      events,
    };
  }

  /** How it ends that must not end well; nothing of the stage is left. */
  async function failure(given: Given) {
    const whole = input(given);
    const { stage, reason, message, retryable } = await failureOf(quantify(whole));
    expect(existsSync(whole.stage)).toBe(false);
    return { stage, reason, message, retryable };
  }

  /** A file of that content. */
  function file(name: string, content: Buffer | string): string {
    const place = path.join(temporaryFolder(), name);
    writeFileSync(place, content);
    return place;
  }

  /** What kallisto makes of the same by hand. */
  function byHand(args: string[]): string {
    const out = temporaryFolder();
    execFileSync('kallisto', ['quant', '-t', '1', '-i', index, '-o', out, ...args], { stdio: 'ignore' });
    return readFileSync(path.join(out, 'abundance.tsv'), 'utf8');
  }

  const table = ({ stage }: QuantInput) => readFileSync(path.join(stage, 'abundance.tsv'), 'utf8');

  /** A program that leaves what a shell script makes of the stage `$OUT`. */
  function stub(script: string): string {
    const place = file(
      'kallisto',
      `#!/bin/sh\nfor OUT in "$@"; do [ "$last" = -o ] && break; last=$OUT; done\n${script}\n`,
    );
    execFileSync('chmod', ['+x', place]);
    return place;
  }

  test('quantifies pairs as by hand, and the journal knows its process', async () => {
    const whole = input({ reads: { counted: Promise.resolve({ reads: 10_000 }), filtered: false } });
    expect(await quantify(whole)).toEqual({
      readsProcessed: 10_000,
      pPseudoaligned: 54.4,
      targets: 11,
      warnings: [],
    });
    expect(table(whole)).toBe(byHand([left, right]));
    expect(readFileSync(whole.logFile, 'utf8')).toContain('5,435 reads pseudoaligned');
    expect(whole.events).toMatchObject([
      { type: 'process-started', run: 'R', program: 'kallisto' },
      { type: 'process-ended', run: 'R' },
    ]);
  });

  test('quantifies single reads with the length of their fragments', async () => {
    const whole = input({ files: [left], layoutUsed: 'single', sample: { fragmentLength: 250 } });
    await quantify(whole);
    expect(table(whole)).toBe(byHand(['--single', '-l', '250', '-s', '25', left]));
    expect(table(whole)).not.toBe(byHand(['--single', '-l', '200', '-s', '20', left]));
  });

  test('quantifies several pairs of one run as their sum', async () => {
    const halves = mousePair.map((mate) => {
      const text = gunzipSync(readFileSync(mate)).toString('latin1');
      const lines = text.split('\n');
      const half = [lines.slice(0, 12_000), lines.slice(12_000)];
      return half.map((part, i) => file(`${i}.fastq.gz`, gzipSync(part.join('\n'))));
    });
    const [[left1, left2], [right1, right2]] = halves as [[string, string], [string, string]];
    const whole = input({ files: [left1, right1, left2, right2] });
    expect((await quantify(whole)).readsProcessed).toBe(10_000);
    expect(table(whole)).toBe(byHand([left, right]));
  });

  test('replaces what stood in the stage', async () => {
    const whole = input({});
    mkdirSync(whole.stage, { recursive: true });
    writeFileSync(path.join(whole.stage, 'abundance.h5'), 'old');
    await quantify(whole);
    expect(existsSync(path.join(whole.stage, 'abundance.h5'))).toBe(false);
  });

  test('warns of few aligned reads where that is wanted', async () => {
    const { warnings } = await quantify(input({ rules: { minMappedPercent: 60 } }));
    expect(warnings).toEqual(['R: 54.4 % of the reads are pseudoaligned, fewer than 60 %']);
    expect((await quantify(input({ rules: { minMappedPercent: 54.4 } }))).warnings).toEqual([]);
  });

  describe('fails with its reason on', () => {
    const whole = readFileSync(left);

    test('a cut-off file, which kallisto takes for whole', async () => {
      const cut = file('cut_1.fastq.gz', whole.subarray(0, whole.length / 2));
      const found = await failure({ files: [cut, right] });
      expect(found).toMatchObject({ stage: 'quantify', reason: 'truncated-input' });
      expect(found.message).toMatch(/^kallisto processed \d+ reads, the run has 10000$/);
    });

    test('a damaged file, likewise', async () => {
      const damaged = Buffer.from(whole);
      damaged.fill(0x55, whole.length / 2, whole.length / 2 + 64);
      expect((await failure({ files: [file('a.fastq.gz', damaged), right] })).reason).toBe('truncated-input');
    });

    test('fewer reads than were counted, whatever the archive says', async () => {
      const reads = { counted: Promise.resolve({ reads: 10_001 }), filtered: true };
      expect(await failure({ sample: { totalSpots: 5 }, reads })).toMatchObject({
        reason: 'truncated-input',
        message: 'kallisto processed 10000 reads, the files hold 10001',
      });
    });

    test('less than 99 % of what the archive counts, unless a filter ran', async () => {
      expect((await failure({ sample: { totalSpots: 10_102 } })).reason).toBe('truncated-input');
      const within = await quantify(input({ sample: { totalSpots: 10_101 } }));
      expect(within.readsProcessed).toBe(10_000);
      const reads = { counted: Promise.resolve({ reads: 10_000 }), filtered: true };
      expect((await quantify(input({ sample: { totalSpots: 90_000 }, reads }))).readsProcessed).toBe(10_000);
    });

    test('what the count of the reads finds, rather than on what follows from it', async () => {
      const { SampleFailure } = await import('../../src/rna/failure.js');
      const found = new SampleFailure('quantify', 'mate-count-mismatch', 'they differ');
      const shorter = file('b.fastq', gunzipSync(readFileSync(right)).subarray(0, 20_000));
      const reads = { counted: Promise.reject(found), filtered: false };
      expect((await failure({ files: [left, shorter], reads })).reason).toBe('mate-count-mismatch');
      // Without a count, what kallisto pairs is too little.
      expect((await failure({ files: [left, shorter] })).reason).toBe('truncated-input');
    });

    test('files without reads', async () => {
      const empty = file('e.fastq.gz', gzipSync(''));
      expect((await failure({ files: [empty, empty] })).reason).toBe('no-reads');
      expect((await failure({ files: [file('e.fastq', ''), file('f.fastq', '')] })).reason).toBe('no-reads');
    });

    test('a web page under the name of reads, of which kallisto makes one', async () => {
      const page = file('p.fastq.gz', '<!DOCTYPE html><title>404</title>\n');
      expect((await failure({ files: [page, page] })).reason).toBe('truncated-input');
    });

    test('files that are not there', async () => {
      const found = await failure({ files: ['/nowhere/a.fastq.gz', '/nowhere/b.fastq.gz'] });
      expect(found.reason).toBe('quant-failed');
      expect(found.message).toContain('/nowhere/');
    });

    test('reads of another species: none aligned, or so few that kallisto says 0.0 %', async () => {
      expect(await failure({ files: pombePair })).toMatchObject({
        reason: 'zero-aligned',
        message: '0 of 10000 reads could be aligned (0 %)',
      });
      const fasta = testData('rna/fasta/Saccharomyces_cerevisiae.fa.gz');
      const budding = cachedIndex(fasta);
      expect(await failure({ files: pombePair, index: budding })).toMatchObject({
        reason: 'zero-aligned',
        message: '4 of 10000 reads could be aligned (0 %)',
      });
    });

    test('an index that is cut off, gone, or of another version', async () => {
      const bytes = readFileSync(index);
      const cut = file('cut.idx', bytes);
      truncateSync(cut, bytes.length >> 1);
      const found = await failure({ index: cut });
      expect(found.reason).toBe('bad-index');
      expect(found.message).toContain('SIGSEGV');
      expect((await failure({ index: '/nowhere/x.idx' })).reason).toBe('bad-index');
      const other = Buffer.from(bytes);
      other.writeUInt32LE(13, 0);
      const foreign = await failure({ index: file('new.idx', other) });
      expect(foreign.reason).toBe('bad-index');
      expect(foreign.message).toContain('Found version 13, expected version 10');
    });

    test('a cut-off table after exit status 0', async () => {
      const program = stub(`kallisto "$@" && truncate -s 300 "$OUT/abundance.tsv"`);
      const found = await failure({ program });
      expect(found).toMatchObject({ stage: 'validate', reason: 'invalid-result' });
    });

    test('no result at all after exit status 0', async () => {
      expect((await failure({ program: stub('exit 0') })).reason).toBe('invalid-result');
    });

    test('a program that fails, that is killed, or that lacks memory', async () => {
      const failed = await failure({ program: stub('echo "Error: out of luck"; echo "Usage: x"; exit 3') });
      expect(failed.reason).toBe('quant-failed');
      expect(failed.message).toBe('kallisto ended with status 3: Error: out of luck');
      expect((await failure({ program: stub('kill -9 $$') })).reason).toBe('too-large');
      expect(await failure({ program: stub('kill -TERM $$') })).toMatchObject({
        reason: 'quant-failed',
        retryable: true,
      });
      const aborted = stub(`echo "what():  std::bad_alloc"; kill -ABRT $$`);
      expect((await failure({ program: aborted })).reason).toBe('too-large');
    });

    test('a program that takes too long, or does nothing', async () => {
      const program = stub('while :; do sleep 0.05; done');
      expect((await failure({ program, rules: { quantHours: 0.3 / 3600 } })).reason).toBe('timeout');
      expect(await failure({ program: stub('sleep 600'), rules: { silentSeconds: 0.3 } })).toMatchObject({
        reason: 'hung',
        retryable: true,
      });
    });
  });

  test('an abort ends it, and leaves no stage', async () => {
    const stop = new AbortController();
    const whole = input({ program: stub('mkdir "$OUT"; sleep 600'), signal: stop.signal });
    const done = quantify(whole);
    await expect.poll(() => existsSync(whole.stage), { timeout: 10_000 }).toBe(true);
    stop.abort('SIGINT');
    await expect(done).rejects.toBe('SIGINT');
    expect(existsSync(whole.stage)).toBe(false);
  });
});
