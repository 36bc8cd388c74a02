/** Counting reads: against seqkit, and what is said of files that are damaged. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SampleFailure } from '../../src/rna/failure.js';
import { checkReads } from '../../src/rna/reads/check-reads.js';
import { countReads } from '../../src/rna/reads/count-reads.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder, testData } from '../run-gtk.js';
import { cerevisiae, pombe, readsShop } from './reads-setup.js';

const folder = temporaryFolder();
const fileOf = (name: string, bytes: Uint8Array | string) => {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
};
const files = [
  pombe('Sp_log_1'),
  pombe('Sp_log_2'),
  cerevisiae('SRR6357070_1'),
  cerevisiae('Sc_sim1_2'),
  testData('rna/kallisto-examples/reads_1.fastq.gz'),
];
/** More than is counted without asking another thread. */
const large = () => {
  const members = [readFileSync(pombe('Sp_log_1')), readFileSync(cerevisiae('Sc_sim1_1'))];
  return fileOf('large_1.fastq.gz', Buffer.concat([...members, ...members]));
};

const seqkit = requireTool('seqkit');
describe.skipIf(!seqkit)('counts', () => {
  it.each([
    ['compressed', (file: string) => file],
    ['plain', (file: string) => fileOf('plain.fastq', gunzipSync(readFileSync(file)))],
    [
      'in blocks of BGZF',
      (file: string) => fileOf('blocks.fastq.gz', inBlocks(gunzipSync(readFileSync(file)))),
    ],
  ])('are those of seqkit: %s', async (_, make) => {
    for (const original of files) {
      const file = make(original);
      const table = execFileSync(seqkit!, ['stats', '--tabular', file], { encoding: 'utf8' }).split('\n');
      const row = Object.fromEntries(
        table[0]!.split('\t').map((name, i) => [name, table[1]!.split('\t')[i]!]),
      );
      expect(Number(row.num_seqs)).toBeGreaterThan(50);
      expect(await countReads({ file })).toEqual({
        counts: {
          reads: Number(row.num_seqs),
          bases: Number(row.sum_len),
          minLength: Number(row.min_len),
          maxLength: Number(row.max_len),
        },
      });
    }
  });
});

/** Gzip as bgzip writes it: members of at most 64 KiB that state their size. */
function inBlocks(text: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < text.length; at += 60_000) {
    const member = gzipSync(text.subarray(at, at + 60_000));
    const head = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0, 0, 0]);
    head.writeUInt16LE(member.length - 10 + head.length - 1, 16);
    blocks.push(head, member.subarray(10));
  }
  return Buffer.concat(blocks);
}

describe('damage', () => {
  const whole = readFileSync(pombe('Sp_log_1'));
  const changed = Buffer.from(whole);
  changed[300_000]! ^= 0x55;
  const text = gunzipSync(whole);

  it.each([
    ['gzip that is cut off', whole.subarray(0, 300_000), 'truncated-input', /cut short.*byte 300000/],
    ['gzip without its trailer', whole.subarray(0, whole.length - 8), 'truncated-input', /cut short/],
    ['gzip with a changed byte', changed, 'corrupt-gzip', /damaged/],
    [
      'gzip with something behind it',
      Buffer.concat([whole, Buffer.from('error')]),
      'corrupt-gzip',
      /damaged/,
    ],
    ['a page in the place of gzip', '<!DOCTYPE html><html>', 'not-fastq', /record 1: found '<'/],
    ['a page in gzip', gzipSync('<html>no such run</html>'), 'not-fastq', /record 1/],
    ['reads cut off before compression', gzipSync(text.subarray(0, 100_000)), 'truncated-input', /the end/],
    ['FASTA', gzipSync('>a\nACGT\n'), 'not-fastq', /found '>'/],
    ['no read', gzipSync(''), 'no-reads', /no read/],
    ['no byte', '', 'no-reads', /no read/],
    ['an archive', readFileSync(testData('rna/sra/SRR99990003.sra')), 'not-fastq', /SRA data/],
    ['zlib data', deflateSync(text), 'not-fastq', /record 1/],
  ])('%s', async (name, bytes, reason, problem) => {
    const file = fileOf(`${name.replaceAll(' ', '-')}.fastq.gz`, bytes);
    const counted = await countReads({ file });
    expect(counted).toEqual({ reason, problem: expect.stringMatching(problem) });
    expect((counted as { problem: string }).problem).toContain(file);
  });
});

describe('checking the reads of a run', () => {
  const shop = readsShop();

  it('gives pairs and bases', async () => {
    const mates = [pombe('Sp_log_1'), pombe('Sp_log_2')];
    expect(await checkReads({ run: 'Sp_log' }, mates, shop)).toMatchObject({
      reads: 10_000,
      bases: 2 * 680_000,
    });
    expect(await checkReads({ run: 'Sp_log' }, mates.slice(0, 1), shop)).toMatchObject({ reads: 10_000 });
    const lanes = [...mates, cerevisiae('SRR6357070_1'), cerevisiae('SRR6357070_2')];
    expect(await checkReads({ run: 'lanes' }, lanes, shop)).toMatchObject({ reads: 10_100 });
  });

  it('counts large files in a worker, and says the same of damage there', async () => {
    const file = large();
    const mate = path.join(folder, 'large_2.fastq.gz');
    copyFileSync(file, mate);
    const found = await checkReads({ run: 'large' }, [file, mate], shop);
    expect(found.reads).toBe(2 * (10_000 + 8_000));
    expect(found.files).toEqual([found.files[0], found.files[0]]);
    appendFileSync(mate, 'x\n');
    await expect(checkReads({ run: 'large' }, [file, mate], shop)).rejects.toMatchObject({
      name: 'SampleFailure',
      stage: 'quantify',
      reason: 'corrupt-gzip',
      message: expect.stringContaining(mate),
    });
  });

  it('refuses mates of different number', async () => {
    const files = [pombe('Sp_log_1'), cerevisiae('Sc_sim1_2')];
    const failure = await checkReads({ run: 'mixed' }, files, shop).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SampleFailure);
    expect(failure).toMatchObject({ reason: 'mate-count-mismatch' });
    expect((failure as Error).message).toMatch(/10000 first and 8000 second/);
  });
});
