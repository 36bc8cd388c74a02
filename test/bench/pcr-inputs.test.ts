import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { alignmentSam, writeAlignment } from '../../bench/pcr-alignment.js';
import { workloads } from '../../bench/pcr-inputs.js';
import { makeReads } from '../../bench/pcr-reads.js';
import { uniform } from '../../bench/sequences.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';

const random = uniform(7);
const contigs = ['I', 'II', 'III'].map((name) => ({
  name,
  sequence: Array.from({ length: 30_000 }, () => 'ACGT'[Math.floor(random() * 4)]).join(''),
}));
const sequenceOf = new Map(contigs.map(({ name, sequence }) => [name, sequence]));
const workload = { fragments: 2500, clones: 40 };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const complement = (text: string) =>
  [...text]
    .reverse()
    .map((base) => ({ A: 'T', C: 'G', G: 'C', T: 'A' })[base])
    .join('');

test('the workloads are those that the figures are given for', () => {
  expect(workloads).toEqual({
    alignment: { fragments: 2_000_000, clones: 20_000 },
    pairs: 200_000,
    upload: 1e9,
    seconds: 30,
    runs: [10, 1000],
    requests: 400,
    kills: 5,
  });
});

describe('made alignments', () => {
  const sam = [...alignmentSam(contigs, workload)].join('');
  const lines = sam.trimEnd().split('\n');
  const records = lines
    .filter((line) => !line.startsWith('@'))
    .map((line) => {
      const [name, flags, contig, position, quality, cigar, mateContig, matePosition, , sequence, qualities] =
        line.split('\t') as [string, ...string[]];
      const clips = [/^(\d+)[SH]/, /(\d+)[SH]$/].map((clip) => Number(clip.exec(cigar!)?.[1] ?? 0));
      const aligned = Number(/(\d+)M/.exec(cigar!)?.[1] ?? 0);
      const start = Number(position) - 1;
      const [flag, isReverse] = [Number(flags), (Number(flags) & 16) !== 0];
      const mate = { contig: mateContig === '=' ? contig! : mateContig!, start: Number(matePosition) - 1 };
      const place = { contig: contig!, start, end: start + aligned, isReverse };
      return { name, flag, ...place, mate, quality: Number(quality), clips, aligned, sequence, qualities };
    });
  /** Primary alignments by name. */
  const pairs = new Map<string, typeof records>();
  for (const record of records) {
    if (record.flag & 2308) continue;
    pairs.set(record.name, [...(pairs.get(record.name) ?? []), record]);
  }

  test('are the same bytes on every machine', () => {
    expect(lines.slice(0, 4)).toEqual([
      '@HD\tVN:1.6\tSO:unsorted',
      ...contigs.map(({ name }) => `@SQ\tSN:${name}\tLN:30000`),
    ]);
    expect(sha256(sam)).toBe('3484413743bc3671dc8ac6bcc5cfbea0311301393be91fc8c74fda8336ee91c8');
  });

  test('hold the fragments that are said, and one in a hundred of every kind that is none', () => {
    const found = { fragments: 0, alone: 0, elsewhere: 0, long: 0, sameStrand: 0, clipped: 0 };
    const names = new Set<string>();
    for (const [name, mates] of pairs) {
      names.add(name);
      const [first, second] = [64, 128].map((bit) => mates.find(({ flag }) => flag & bit));
      if (!first || !second) found.alone++;
      else if (first.contig !== second.contig) found.elsewhere++;
      else if (Math.max(first.end, second.end) - Math.min(first.start, second.start) >= 1000) found.long++;
      else if (first.isReverse === second.isReverse) found.sameStrand++;
      else if (first.clips[first.isReverse ? 1 : 0]! > 6) found.clipped++;
      else found.fragments++;
    }
    const { fragments, ...others } = found;
    expect(fragments).toBe(workload.fragments);
    const supplementary = records.filter(({ flag }) => flag & 2048);
    for (const number of [...Object.values(others), supplementary.length]) {
      expect(number).toBeGreaterThan(5);
      expect(number).toBeLessThan(60);
    }
    expect(supplementary.every(({ name, clips }) => names.has(name) && clips[0] === 60)).toBe(true);
  });

  test('lie where they say, each naming its mate', () => {
    for (const { contig, start, aligned, clips, flag, sequence, qualities, quality } of records) {
      const soft = flag & 2048 ? 0 : clips[0]!;
      if (!(flag & 4)) {
        expect(sequence!.slice(soft, soft + aligned)).toBe(
          sequenceOf.get(contig)!.slice(start, start + aligned),
        );
      }
      expect(qualities).toHaveLength(sequence!.length);
      expect(quality).toBeLessThanOrEqual(60);
    }
    for (const mates of pairs.values()) {
      if (mates.length !== 2) continue;
      const [one, other] = mates as [(typeof mates)[0], (typeof mates)[0]];
      expect(one.mate).toEqual({ contig: other.contig, start: other.start });
      expect(other.mate).toEqual({ contig: one.contig, start: one.start });
      expect((one.flag & 32) !== 0).toBe(other.isReverse);
    }
  });

  test('come from clones of unequal size, with copies', () => {
    const sites = new Map<string, number>();
    const molecules = new Set<string>();
    let proper = 0;
    for (const [first, second] of pairs.values()) {
      if (!first || !second || !(first.flag & 2)) continue;
      proper++;
      const [start, end] = [Math.min(first.start, second.start), Math.max(first.end, second.end)];
      const site = `${first.contig} ${first.isReverse ? end : start} ${first.isReverse}`;
      sites.set(site, (sites.get(site) ?? 0) + 1);
      molecules.add(`${first.contig} ${start} ${end}`);
    }
    expect(proper / molecules.size).toBeGreaterThan(1.7);
    const sizes = [...sites.values()].sort((a, b) => b - a);
    expect(sizes.length).toBeGreaterThan(workload.clones);
    expect(sizes[0]!).toBeGreaterThan(workload.fragments / 10);
    expect(sizes.at(-1)!).toBeLessThan(10);
  });

  test.skipIf(!requireTool('samtools'))('are sorted into a whole BAM file', async () => {
    const bam = path.join(temporaryFolder(), 'made.bam');
    await writeAlignment(bam, contigs, workload);
    execFileSync('samtools', ['quickcheck', bam]);
    const text = execFileSync('samtools', ['view', '-h', bam], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const [head, ...sorted] = text.trimEnd().split('\n');
    expect(head).toContain('SO:coordinate');
    const back = sorted.filter((line) => !line.startsWith('@'));
    expect(back.toSorted()).toEqual(lines.filter((line) => !line.startsWith('@')).toSorted());
  });
});

describe('made reads', () => {
  const [one, two] = makeReads(contigs, 600).map((mate) => gunzipSync(mate).toString());
  const records = (text: string) => text.trimEnd().split('\n');

  test('are the same on every machine', () => {
    expect(sha256(one! + two!)).toBe('8393aed4aebb0b22d76ded707761d47edb708f623a2d5c80e8d3ded37fa63838');
  });

  test('are pairs of 150 bases: primer and genome, linker and genome', () => {
    const [firsts, seconds] = [records(one!), records(two!)];
    expect(firsts).toHaveLength(4 * 600);
    expect(seconds).toHaveLength(4 * 600);
    const genome = contigs.flatMap(({ sequence }) => [sequence, complement(sequence)]).join('|');
    let [primers, linkers, inserts] = [0, 0, 0];
    for (let at = 0; at < firsts.length; at += 4) {
      const [name, comment] = firsts[at]!.split(' ');
      expect([comment, seconds[at]]).toEqual(['1:N:0:ACGTACGT', `${name} 2:N:0:ACGTACGT`]);
      const [first, second] = [firsts[at + 1]!, seconds[at + 1]!];
      for (const read of [first, second]) expect(read).toMatch(/^[ACGT]{150}$/);
      for (const mate of [firsts, seconds]) expect(mate[at + 3]).toMatch(/^[F:,#]{150}$/);
      if (first.startsWith('ATCCCTCAGACCCTTTTAGTCAGTGTGGAAAATCTC')) primers++;
      if (second.startsWith('GACTGCGTATCAGT')) linkers++;
      if (genome.includes(first.slice(36, 96)) && genome.includes(second.slice(14, 74))) inserts++;
    }
    // Where none of 36, 14 or twice 60 bases is substituted: 0.996 to these powers is 0.87, 0.95 and 0.62.
    expect(primers).toBeGreaterThan(600 * 0.8);
    expect(linkers).toBeGreaterThan(600 * 0.9);
    expect(inserts).toBeGreaterThan(600 * 0.5);
  });
});
