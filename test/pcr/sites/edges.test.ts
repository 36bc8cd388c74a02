import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_DISTANCE, type SiteRules } from '../../../src/pcr/sites/rules.js';
import { bamHeader, bamRecord } from '../../formats/bam/bam-bytes.js';
import { bgzfOf } from '../../formats/streams.js';
import { temporaryFolder } from '../../run-gtk.js';
import { type Annotations, analyse } from './analysis.js';

const folder = temporaryFolder();
let made = 0;
const contigs: [string, number][] = [
  ['chr1', 5000],
  ['chr2', 5000],
  ['a_vector', 5000],
];

interface Pair {
  contig?: string;
  /** Start of R1 and R2, 0-based. */
  r1: number;
  r2: number;
  reverse?: boolean;
  name?: string;
  cigar1?: [number, string][];
  cigar2?: [number, string][];
  times?: number;
}

/** A BAM file of such pairs; mates have 50 bases and lie on opposite strands. */
function bamOf(pairs: Pair[]): string {
  const alignments = pairs.flatMap((pair, i) => {
    const { r1, r2, reverse = false, name = `pair${i}`, times = 1 } = pair;
    const contig = contigs.findIndex(([name]) => name === (pair.contig ?? 'chr1'));
    return Array.from({ length: times }, (_, copy) => {
      const shared = { contig, mateContig: contig, name: `${copy}-${name}` };
      const cigars = [pair.cigar1 ?? [[50, 'M']], pair.cigar2 ?? [[50, 'M']]] as [number, string][][];
      const strands = reverse ? [16, 32] : [32, 16];
      return [
        { ...shared, position: r1, matePosition: r2, flags: 65 | strands[0]!, cigar: cigars[0]! },
        { ...shared, position: r2, matePosition: r1, flags: 129 | strands[1]!, cigar: cigars[1]! },
      ];
    }).flat();
  });
  alignments.sort((a, b) => a.contig - b.contig || a.position - b.position);
  const file = path.join(folder, `${made++}.bam`);
  const header = bamHeader(contigs, '@HD\tVN:1.6\tSO:coordinate\n');
  writeFileSync(file, bgzfOf([Buffer.concat([header, ...alignments.map(bamRecord)])]));
  return file;
}

const sitesOf = (pairs: Pair[], rules: Partial<SiteRules> = {}, annotations: Annotations = {}) =>
  analyse(bamOf(pairs), path.join(folder, `${made}.sites`), rules, annotations);

function file(name: string, text: string): string {
  const place = path.join(folder, name);
  writeFileSync(place, text);
  return place;
}

const genes = (contig: string) =>
  file(`genes-${contig}.gtf`, `${contig}\tx\tgene\t900\t1200\t.\t+\t.\tgene_id "g1"; gene_name "ABC1";\n`);

const peaks = '.peak.merge.txt';

describe('sites', () => {
  test.each([
    ['no pairs at all', []],
    ['all pairs on the vector', [{ contig: 'a_vector', r1: 10, r2: 100, times: 3 }]],
  ])('%s: files without rows', async (_, pairs: Pair[]) => {
    const found = await sitesOf(pairs, {}, { genes: genes('chr1') });
    expect(found.counts.fragments).toBe(pairs.length * 3);
    expect(found.counts.vector_fragments).toBe(pairs.length * 3);
    expect(found.text('aligned.all_peaks.txt')).toBe('');
    for (let d = 0; d <= MAX_DISTANCE; d++) {
      const text = (ending: string) => found.text(`aligned.d${d}.peak.merge.${ending}`);
      expect([text('txt'), text('2.txt')]).toEqual(['', '']);
      expect(text('3.txt').split('\n').length).toBe(2);
      expect(text('tsv').split('\n').length).toBe(2);
      expect(JSON.parse(text('json'))).toEqual([]);
    }
    expect(found.clones).toEqual({
      ...{ clones: 0, reads: 0, top20: [], rest: 0, entropy: 0, chao1: 0, uc50: 0, gini: 0 },
    });
    expect(found.text('aligned.bed').split('\n').length - 1).toBe(pairs.length * 3);
  });

  test('the vector is told by the name of its contig alone, in its own letters', async () => {
    const pairs = [
      { contig: 'a_vector', r1: 10, r2: 100 },
      { r1: 1000, r2: 1100, name: 'vector' },
    ];
    const row = 'chr1\t1000\t1001\taligned\t1\t+\t1\n';
    const vector = 'a_vector\t10\t11\taligned\t1\t+\t1\n';
    expect((await sitesOf(pairs)).text(`aligned.d0${peaks}`)).toBe(row);
    expect((await sitesOf(pairs, { vectorContig: 'Vector' })).text(`aligned.d0${peaks}`)).toBe(vector + row);
    expect((await sitesOf(pairs, { vectorContig: null })).text(`aligned.d0${peaks}`)).toBe(vector + row);
    expect((await sitesOf(pairs, { vectorContig: 'chr1' })).text(`aligned.d0${peaks}`)).toBe(vector);
  });

  test('a site on the reverse strand may lie behind the end of its contig', async () => {
    const found = await sitesOf([{ r1: 4950, r2: 4800, reverse: true, times: 2 }]);
    expect(found.text(`aligned.d0${peaks}`)).toBe('chr1\t5000\t5001\taligned\t1\t-\t2\n');
  });

  test('positions side by side are merged at distance 0, with one base between them at distance 1', async () => {
    const at = (r1: number) => ({ r1, r2: 1500 });
    const found = await sitesOf([at(1010), at(1011), at(1013)]);
    expect(found.text(`aligned.d0${peaks}`)).toBe(
      'chr1\t1010\t1012\taligned\t2\t+\t2\nchr1\t1013\t1014\taligned\t1\t+\t1\n',
    );
    expect(found.text(`aligned.d1${peaks}`)).toBe('chr1\t1010\t1014\taligned\t3\t+\t3\n');
  });

  test('a fragment has fewer than 1000 bases', async () => {
    const found = await sitesOf([
      { r1: 1000, r2: 1949 },
      { r1: 1001, r2: 1951 },
    ]);
    expect(found.text('aligned.bed')).toBe('chr1\t1000\t1999\t0-pair0\t60\t+\n');
  });

  test('R1 alone is held to its clip at the junction; both mates to their left, as published', async () => {
    const clipped = (bases: number, op: string): [number, string][] => [
      [bases, op],
      [50, 'M'],
    ];
    const atEnd = (bases: number): [number, string][] => [
      [50, 'M'],
      [bases, 'S'],
    ];
    const pairs: Pair[] = [
      { r1: 100, r2: 200, cigar1: clipped(6, 'S') },
      { r1: 101, r2: 200, cigar1: clipped(7, 'S') },
      { r1: 102, r2: 200, cigar1: clipped(7, 'H') },
      { r1: 103, r2: 200, cigar1: atEnd(30) },
      { r1: 104, r2: 200, cigar2: clipped(30, 'S') },
      { r1: 305, r2: 200, cigar1: atEnd(7), reverse: true },
      { r1: 306, r2: 200, cigar1: clipped(30, 'S'), reverse: true },
      { r1: 307, r2: 200, cigar1: atEnd(6), reverse: true },
    ];
    const kept = async (clipFilter: SiteRules['clipFilter']) => {
      const found = await sitesOf(pairs, { clipFilter });
      const names = found.text('aligned.bed').matchAll(/pair(\d)/g);
      return { names: [...names].map(([, name]) => Number(name)).sort(), clipped: found.counts.clipped };
    };
    expect(await kept('five_prime')).toEqual({ names: [0, 3, 4, 6, 7], clipped: 3 });
    expect(await kept('left')).toEqual({ names: [0, 3, 5, 7], clipped: 4 });
  });

  test('on a contig that the annotation lacks have no genes; names may differ in chr', async () => {
    const pairs = [
      { r1: 1000, r2: 1100 },
      { contig: 'chr2', r1: 1000, r2: 1100 },
    ];
    for (const contig of ['chr1', '1']) {
      const found = await sitesOf(pairs, {}, { genes: genes(contig) });
      const rows = found.text('aligned.d0.peak.merge.3.txt').split('\n').slice(1, 3);
      expect(rows).toEqual([
        'chr1\t1000\t1001\taligned_1\t1\t+\t1\t0\tABC1\t101\tpromoter',
        'chr2\t1000\t1001\taligned_2\t1\t+\t1\t0\tNA\tNA\tNA',
      ]);
    }
  });

  test('fail if the annotation has other contigs throughout', async () => {
    const failed = sitesOf([{ r1: 1000, r2: 1100 }], {}, { genes: genes('NC_000001.11') });
    await expect(failed).rejects.toMatchObject({
      code: 'GTK_GENOME_FILE',
      message: expect.stringMatching(
        /genes on NC_000001\.11.*contigs of the alignment, which are chr1, chr2/,
      ),
    });
  });

  test('are kept with more than one fragment or more than five reads, and shared out', async () => {
    const found = await sitesOf([
      { r1: 100, r2: 300, times: 6 },
      { r1: 500, r2: 700, times: 5 },
      { r1: 900, r2: 1000 },
      { r1: 900, r2: 1001 },
      { r1: 901, r2: 1001, times: 2 },
    ]);
    const rows = JSON.parse(found.text('aligned.d0.peak.merge.json'));
    expect(rows).toEqual([
      {
        ...{ row: 1, seqnames: 'chr1', start: 900, end: 902, name: 'aligned_3', strand: '+' },
        ...{ nUniqueReads: 3, nReads: 4, nOverlapWithSpike: 0 },
        ...{ gene: 'NA', tss_distances: 'NA', gene_region: 'NA' },
        ...{ percent: 75, percentAllReads: 40, refined_start: 900, refined_end: 901 },
      },
      {
        ...{ row: 2, seqnames: 'chr1', start: 100, end: 101, name: 'aligned_1', strand: '+' },
        ...{ nUniqueReads: 1, nReads: 6, nOverlapWithSpike: 0 },
        ...{ gene: 'NA', tss_distances: 'NA', gene_region: 'NA' },
        ...{ percent: 25, percentAllReads: 60, refined_start: 100, refined_end: 101 },
      },
    ]);
    expect(found.per_distance[0]).toEqual({ d: 0, peaks: 3, kept: 2, top20: rows });
    const [headings, first] = found.text('aligned.d0.peak.merge.tsv').split('\n');
    const columns = headings!.split('\t');
    expect(columns).toEqual(Object.keys(rows[0]).map((key) => (key === 'row' ? '' : key)));
    expect(first!.split('\t')).toEqual(Object.values(rows[0]).map(String));
  });

  test('known beforehand are counted on their own strand, as far as the distance', async () => {
    const knownSites = file(
      'known.bed',
      'chr1\t990\t991\ta\t0\t+\nchr1\t1005\t1010\tb\t0\t+\nchr1\t1000\t1001\tc\t0\t-\nchr2\t1000\t1001\td\t0\t+\n',
    );
    const found = await sitesOf([{ r1: 1000, r2: 1100 }], {}, { knownSites });
    const counts = Array.from({ length: 11 }, (_, d) =>
      Number(found.text(`aligned.d${d}.peak.merge.2.txt`).trim().split('\t')[7]),
    );
    expect(counts).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]);
  });

  test('with UMIs, copies of a fragment count once for each', async () => {
    const pair = (name: string, times = 1) => ({ r1: 1000, r2: 1100, name, times });
    const long = 'ACGTACGTACGTACGTACGTACGTACG';
    const names = ['a_ACG', 'b_ACG', 'c_ACT', 'd', 'e_', `f_${long}A`, `g_${long}C`, `h_${long}A`, 'i_acg'];
    const pairs = names.map((name) => pair(name));
    // ACG, ACT, none, both of the long ones, acg.
    expect((await sitesOf(pairs, { umi: true })).text(`aligned.d0${peaks}`)).toBe(
      'chr1\t1000\t1001\taligned\t6\t+\t9\n',
    );
    expect((await sitesOf(pairs)).text(`aligned.d0${peaks}`)).toBe('chr1\t1000\t1001\taligned\t1\t+\t9\n');
  });

  test('with genes of any number keep the record small', async () => {
    const lines = Array.from(
      { length: 3000 },
      (_, i) => `chr1\tx\tgene\t100\t4000\t.\t+\t.\tgene_id "gene${i}"; gene_name "NAME${i}";\n`,
    );
    const pairs = Array.from({ length: 40 }, (_, i) => ({ r1: 100 + 40 * i, r2: 1800, times: 6 }));
    const far = pairs.map((pair) => ({ ...pair, r2: pair.r1 + 300 }));
    const found = await sitesOf(far, {}, { genes: file('many.gtf', lines.join('')) });
    expect(found.per_distance.map(({ top20 }) => top20.length)).toEqual(Array(11).fill(20));
    expect(JSON.stringify(found).length).toBeLessThan(100_000);
    const [row] = JSON.parse(found.text('aligned.d0.peak.merge.json'));
    expect(row.gene.split(',').length).toBe(3000);
  });
});
