import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder } from '../../run-gtk.js';
import { analyse, sorted } from './analysis.js';
import { run } from './mapped.js';
import { bedLines, slowDistinct, slowFragments, slowPeaks } from './slow-sites.js';

const folder = temporaryFolder();
let made = 0;

/** Contigs whose order in the header is not that of their names. */
const contigs = { chr2: 12_000, chr10: 11_500, chr1: 2500, a_vector: 3000 };
const header = `@HD\tVN:1.6\tSO:unsorted\n${Object.entries(contigs)
  .map(([name, length]) => `@SQ\tSN:${name}\tLN:${length}\n`)
  .join('')}`;

/** Makes a sorted BAM file, and tells its records as text in their order. */
function sortedBam(records: string[]): { bam: string; sam: string } {
  const bam = path.join(folder, `${made++}.bam`);
  run('samtools', ['sort', '-o', bam, '-'], `${header}${records.join('\n')}\n`);
  return { bam, sam: run('samtools', ['view', bam]).toString() };
}

const operation = (letters: string[], most = 12) =>
  fc.tuple(fc.integer({ min: 1, max: most }), fc.constantFrom(...letters)).map(([n, op]) => `${n}${op}`);
const middle = fc
  .array(fc.tuple(operation(['I', 'D', 'N', 'P']), operation(['M', '=', 'X'], 40)), { maxLength: 2 })
  .map((parts) => parts.flat().join(''));
const clip = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: operation(['S', 'H']) },
);
const cigar = fc.tuple(clip, operation(['M'], 60), middle, clip).map((parts) => parts.join(''));

/** Clustered, so that fragments coincide, and around powers of ten. */
const place = fc.oneof(
  fc.integer({ min: 980, max: 1030 }),
  fc.integer({ min: 1, max: 25 }),
  fc.integer({ min: 9970, max: 10_020 }),
);

const mate = fc.record({ cigar, isReverse: fc.boolean(), quality: fc.integer({ min: 0, max: 60 }) });

/** The records of one template: a pair in most cases, or something that is not one. */
const template = fc
  .record({
    name: fc.constantFrom('a', 'b', 'vector', 'long_name/with:things', 'x_AC', 'y_AC', 'y_ACGTT', 'z_acN'),
    contig: fc.constantFrom('chr2', 'chr2', 'chr10', 'chr1', 'a_vector'),
    other: fc.constantFrom('chr2', 'chr10'),
    position: place,
    away: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 900, max: 1100 })),
    one: mate,
    two: mate,
    kind: fc.constantFrom(
      'pair',
      'pair',
      'pair',
      'pair',
      'unstated',
      'split',
      'alone',
      'half',
      'extra',
      'single',
    ),
    firstIsLeft: fc.boolean(),
  })
  .filter(({ contig, position }) => contig !== 'chr1' || position < 1100)
  .filter(({ contig, position }) => contig !== 'a_vector' || position < 1100)
  .map(({ name, contig, other, position, away, one, two, kind, firstIsLeft }) => {
    const line = (
      side: typeof one,
      flags: number,
      at: [string, number],
      mateAt: [string, number],
      mateFlags = 0,
    ) =>
      [
        name,
        flags | mateFlags | (side.isReverse ? 16 : 0),
        ...at,
        side.quality,
        side.cigar,
        ...mateAt,
        '0\t*\t*',
      ].join('\t');
    const [left, right] = firstIsLeft ? [65, 129] : [129, 65];
    const behind = position + away;
    const near = (at: number): [string, number] => ['=', at];
    const pair = [
      line(one, left, [contig, position], near(behind)),
      line(two, right, [contig, behind], near(position)),
    ];
    switch (kind) {
      case 'unstated':
        return [line(one, left, [contig, position], ['*', 0]), line(two, right, [contig, behind], ['*', 0])];
      case 'split':
        return [
          line(one, left, ['chr1', Math.min(position, 1000)], [other, behind]),
          line(two, right, [other, behind], ['chr1', Math.min(position, 1000)]),
        ];
      case 'alone':
        return pair.slice(0, 1);
      case 'half':
        return [line(one, left, [contig, position], near(position), 8)];
      case 'extra':
        return [
          ...pair,
          line(two, left | 2048, [contig, behind], near(behind)),
          line(one, right | 256, [contig, position], near(position)),
        ];
      case 'single':
        return [line(one, 0, [contig, position], ['*', 0])];
      default:
        return pair;
    }
  });

describe.skipIf(!requireTool('samtools'))('random alignments', () => {
  test.each([
    ['five_prime', false],
    ['left', false],
    ['five_prime', true],
  ] as const)('give the fragments and peaks of the slow way: %s, UMI %s', async (clipFilter, umi) => {
    let [fragmentsSeen, peaksSeen] = [0, 0];
    const property = fc.asyncProperty(
      fc.array(template, { minLength: 150, maxLength: 250, size: 'max' }),
      async (templates) => {
        const { bam, sam } = sortedBam(templates.flat());
        const ours = await analyse(bam, `${bam}.sites`, { clipFilter, umi });
        const fragments = slowFragments(sam, clipFilter);
        const rows = fragments.map(
          (f) => `${f.contig}\t${f.start}\t${f.end}\t${f.name}\t${f.quality}\t${f.strand}\n`,
        );
        expect(sorted(ours.text('aligned.bed'))).toBe(sorted(rows.join('')));
        const distinct = slowDistinct(fragments, umi);
        expect(ours.text('aligned.rmdup.bed')).toBe(bedLines(distinct));
        for (const d of [0, 1, 8, 10]) {
          const peaks = slowPeaks(fragments, distinct, d);
          const table = peaks.map(
            ({ contig, start, end, strand, unique, reads }) =>
              `${contig}\t${start}\t${end}\taligned\t${unique}\t${strand}\t${reads}\n`,
          );
          expect(ours.text(`aligned.d${d}.peak.merge.txt`)).toBe(table.join(''));
          peaksSeen += peaks.length;
        }
        fragmentsSeen += fragments.length;
        const vector = fragments.filter(({ contig }) => contig === 'a_vector').length;
        expect(ours.counts).toMatchObject({
          fragments: fragments.length,
          unique_fragments: distinct.length,
          vector_fragments: vector,
        });
      },
    );
    // Each case costs some processes, so shrinking one would outlast the time that a test has.
    await fc.assert(property, { numRuns: 6, endOnFailure: true });
    expect(fragmentsSeen).toBeGreaterThan(30);
    expect(peaksSeen).toBeGreaterThan(30);
  });

  test('more pairs than there is room at first wait on one spot', async () => {
    const records = Array.from({ length: 6000 }, (_, i) => {
      const [start, behind] = [1 + (i % 300), 400 + (i % 500)];
      return [
        `pair${i}\t65\tchr2\t${start}\t60\t50M\t=\t${behind}\t0\t*\t*`,
        `pair${i}\t145\tchr2\t${behind}\t60\t50M\t=\t${start}\t0\t*\t*`,
      ];
    });
    const { bam, sam } = sortedBam(records.flat());
    const ours = await analyse(bam, `${bam}.sites`);
    const fragments = slowFragments(sam, 'five_prime');
    expect(fragments.length).toBe(6000);
    expect(sorted(ours.text('aligned.bed'))).toBe(
      sorted(fragments.map((f) => `${f.contig}\t${f.start}\t${f.end}\t${f.name}\t60\t+\n`).join('')),
    );
  });

  test('other orders are refused', async () => {
    const { bam } = sortedBam(['r\t65\tchr2\t9\t60\t5M\t=\t9\t0\t*\t*']);
    const byName = path.join(folder, 'by-name.bam');
    run('samtools', ['sort', '-n', '-o', byName, bam]);
    const lied = path.join(folder, 'lied.bam');
    const records = ['r\t65\tchr2\t9\t60\t5M\t=\t9\t0\t*\t*', 'r\t129\tchr2\t8\t60\t5M\t=\t9\t0\t*\t*'];
    const sam = `${header.replace('unsorted', 'coordinate')}${records.join('\n')}\n`;
    run('samtools', ['view', '-b', '-o', lied, '-'], sam);
    const contigsMixed = path.join(folder, 'contigs-mixed.bam');
    const mixed = records.map((record, i) => record.replace('chr2', i === 0 ? 'chr10' : 'chr2'));
    run('samtools', ['view', '-b', '-o', contigsMixed, '-'], `${sam.split('r\t65')[0]}${mixed.join('\n')}\n`);
    for (const file of [byName, lied, contigsMixed]) {
      const refused = expect(analyse(file, `${file}.sites`)).rejects;
      await refused.toMatchObject({
        code: 'GTK_NOT_SORTED',
        message: expect.stringMatching(/^aligned.sorted.bam is not sorted by coordinate: found/),
      });
    }
    writeFileSync(path.join(folder, 'not.bam'), 'reads');
    await expect(analyse(path.join(folder, 'not.bam'), path.join(folder, 'not'))).rejects.toMatchObject({
      code: 'GTK_CORRUPT',
    });
  });
});
