import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../run-gtk.js';
import { type CodonRun, runCodon, uncompressed } from './codon-run.js';
import { requireTool } from './tools.js';

const program = requireTool('seqkit');

function seqkit(...options: string[]): string {
  return execFileSync(program!, [...options, '-j', '1'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

const usageFile = (run: CodonRun) => readFileSync(path.join(run.folder, 'codon_usage.tsv'), 'utf8');

describe.skipIf(!program).each([
  ['yeast_cds.fa.gz', 6600],
  ['human_mt_cds.fa', 13],
])('seqkit agrees on %s', (name, records) => {
  const folder = temporaryFolder();
  let input: string;
  let run: CodonRun;

  beforeAll(async () => {
    input = uncompressed(folder, name);
    run = await runCodon(folder, input, '--rscu', '--per-sequence', '--min-count', '0');
    expect(run.usage.length).toBe(64);
  });

  it('in the number of sequences and of bases', () => {
    const [names, values] = seqkit('stats', '-T', input)
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    const stats = Object.fromEntries(names!.map((column, place) => [column, values![place]]));
    expect(Number(stats.num_seqs)).toBe(records);
    expect(run.summary).toMatchObject({ sequences: records, bases: Number(stats.sum_len) });
  });

  it('in the identifier and the length of every record, in order', () => {
    const theirs = seqkit('fx2tab', '-n', '-i', '-l', input).trim().split('\n');
    expect(theirs.length).toBe(records);
    expect(run.sequences.map(({ id, length }) => `${id}\t${length}`)).toEqual(theirs);
  });

  it.each([
    ['on one line each', 'variant.fa', ['seq', '-w', '0']],
    ['on lines of 70', 'variant.fa', ['seq', '-w', '70']],
    ['on lines of 1', 'variant.fa', ['seq', '-w', '1']],
    ['in lower case', 'variant.fa', ['seq', '-l', '-w', '61']],
    ['as RNA', 'variant.fa', ['seq', '--dna2rna']],
    ['in another order', 'variant.fa', ['shuffle', '-s', '7']],
    ['compressed', 'variant.fa.gz', ['seq', '-w', '0']],
  ])('that its records %s have the same codon usage', async (_, file, rewrite) => {
    const variant = path.join(folder, file);
    seqkit(...rewrite, input, '-o', variant);
    expect(readFileSync(variant).equals(readFileSync(input))).toBe(false);
    const other = await runCodon(folder, variant, '--rscu', '--min-count', '0');
    expect(usageFile(other)).toBe(usageFile(run));
    const { sequences, bases, codons, partial, enc } = run.summary;
    expect(other.summary).toMatchObject({ sequences, bases, codons, partial, enc });
  });

  it('that frames 1 and 2 are the sequences without their first bases', async () => {
    for (const frame of [1, 2]) {
      const shifted = path.join(folder, `frame-${frame}.fa`);
      seqkit('subseq', '-r', `${frame + 1}:-1`, input, '-o', shifted);
      const ours = await runCodon(folder, input, '--rscu', '--frame', String(frame));
      const theirs = await runCodon(folder, shifted, '--rscu');
      expect(usageFile(ours)).toBe(usageFile(theirs));
      expect(usageFile(ours)).not.toBe(usageFile(run));
      expect(ours.summary.codons).toBe(theirs.summary.codons);
      expect(ours.summary.partial).toBe(theirs.summary.partial);
    }
  });
});
