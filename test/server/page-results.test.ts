import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { SiteRow as WrittenRow } from '../../src/pcr/sites/site-rows.js';
import type { SiteSummary } from '../../src/pcr/steps/site-analysis.js';
import { clonePlot, cloneShares } from '../../src/server/page/results/clone-shares.js';
import { readLengthsPlot } from '../../src/server/page/results/read-lengths.js';
import { type AnalysisSummary, readSite, type SiteRow } from '../../src/server/page/results/site-answer.js';
import { contigsOf, marksOf, siteMap } from '../../src/server/page/results/site-map.js';
import {
  countRegions,
  filterSites,
  nextOrder,
  position,
  type Site,
  type SiteKey,
  sortSites,
  tsvOf,
} from '../../src/server/page/results/sites.js';
import { siteRow } from './page-stand-in.js';

// What the analysis writes is what the page reads; the compiler is the one to find fault with it.
expectTypeOf<WrittenRow>().toExtend<SiteRow>();
expectTypeOf<SiteSummary>().toExtend<AnalysisSummary>();

const sites = Array.from({ length: 60 }, (_, i) => readSite(siteRow(i)));

const site = fc.record<Site>({
  contig: fc.constantFrom('chr1', 'chr2', 'chr10', 'chrM'),
  start: fc.nat(999),
  end: fc.integer({ min: 1000, max: 1005 }),
  strand: fc.constantFrom('+', '-'),
  uniqueFragments: fc.nat(50),
  reads: fc.nat(500),
  percent: fc.double({ min: 0, max: 100, noNaN: true }),
  percentReads: fc.double({ min: 0, max: 100, noNaN: true }),
  knownSites: fc.nat(2),
  genes: fc.constantFrom('NA', 'HUNK', 'RBL2,TTC19'),
  tssDistances: fc.constantFrom('NA', '-40', '7,-9'),
  regions: fc.constantFrom('NA', 'promoter', 'inside,inside', 'enhancer,promoter'),
});

describe('sites', () => {
  it('are read from the rows of the analysis', () => {
    expect(readSite(siteRow(3))).toEqual({
      contig: 'chr4',
      start: 23_757,
      end: 23_758,
      strand: '-',
      uniqueFragments: 94,
      reads: 282,
      percent: 0.01,
      percentReads: 0.02,
      knownSites: 0,
      genes: 'YGENE3',
      tssDistances: '-3997',
      regions: 'inside',
    });
  });

  it('are sorted by any column, and those that are equal keep their order', () => {
    const keys = fc.constantFrom<keyof Site>('uniqueFragments', 'reads', 'percent', 'knownSites', 'start');
    fc.assert(
      fc.property(fc.array(site), keys, fc.boolean(), (some, key, descending) => {
        const sorted = sortSites(some, key, descending);
        // By insertion, each behind those that are not after it.
        const expected: Site[] = [];
        for (const one of some) {
          const at = expected.findIndex((other) =>
            descending ? other[key] < one[key] : other[key] > one[key],
          );
          expected.splice(at < 0 ? expected.length : at, 0, one);
        }
        expect(sorted).toEqual(expected);
        expect(some.every((one) => sorted.includes(one))).toBe(true);
      }),
    );
  });

  it('are sorted by position as people count contigs', () => {
    const order = sortSites(sites, 'position', false).map(({ contig }) => contig);
    expect([...new Set(order)]).toEqual(Array.from({ length: 16 }, (_, i) => `chr${i + 1}`));
    const first = sortSites(sites, 'position', false).filter(({ contig }) => contig === 'chr1');
    expect(first.map(({ start }) => start)).toEqual(
      first.map(({ start }) => start).toSorted((a, b) => a - b),
    );
  });

  it('are found by all words of a filter, in any order and case', () => {
    const found = filterSites(sites, ' PROMOTER chr2: ');
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(sites.filter(({ contig, regions }) => contig === 'chr2' && regions === 'promoter'));
    expect(filterSites(sites, '  ')).toEqual(sites);
    expect(filterSites(sites, 'no-such-gene')).toEqual([]);
  });

  it('have positions as genome browsers take them', () => {
    expect(position(sites[0]!)).toBe('chr1:0');
    expect(position({ ...sites[0]!, end: 9 })).toBe('chr1:0-9');
  });

  it('are counted once under each of their regions', () => {
    const some = ['inside,inside', 'enhancer,promoter', 'promoter', 'NA'].map((regions) => ({
      ...sites[0]!,
      regions,
    }));
    expect(countRegions(some)).toEqual([
      ['promoter', 2],
      ['NA', 1],
      ['enhancer', 1],
      ['inside', 1],
    ]);
  });

  it('are copied as tab-separated text', () => {
    const columns: { heading: string; key: SiteKey }[] = [
      { heading: 'Position', key: 'position' },
      { heading: 'Reads', key: 'reads' },
    ];
    expect(tsvOf(sites.slice(0, 2), columns)).toBe('Position\tReads\nchr1:0\t3\nchr2:7919\t96\n');
  });

  it('change their order by clicks on headings', () => {
    const now = { filter: 'x', key: 'uniqueFragments', descending: true } as const;
    expect(nextOrder(now, { key: 'uniqueFragments', isNumber: true })).toEqual({ ...now, descending: false });
    expect(nextOrder(now, { key: 'reads', isNumber: true })).toEqual({
      ...now,
      key: 'reads',
      descending: true,
    });
    expect(nextOrder(now, { key: 'genes' })).toEqual({ ...now, key: 'genes', descending: false });
  });
});

describe('the map of sites', () => {
  const genome = [
    { name: 'chr1', length: 1000 },
    { name: 'chr2', length: 500 },
  ];
  const at = (contig: string, start: number, uniqueFragments: number, strand: '+' | '-' = '+') => ({
    ...sites[0]!,
    contig,
    start,
    end: start + 1,
    strand,
    uniqueFragments,
  });

  it('puts each site in the row of its contig, as far along as its position', () => {
    const marks = marksOf([at('chr1', 0, 1), at('chr1', 1000, 100), at('chr2', 500, 10, '-')], genome);
    const [low, high, middle] = marks as [(typeof marks)[0], (typeof marks)[0], (typeof marks)[0]];
    expect(marks.map(({ row, strand }) => [row, strand])).toEqual([
      [0, '+'],
      [0, '+'],
      [1, '-'],
    ]);
    expect(middle.x).toBe((low.x + high.x) / 2);
    // Logarithms of 1, 100 and 10.
    expect(middle.height).toBeCloseTo((low.height + high.height) / 2, 9);
    expect(low.height).toBeGreaterThan(0);
  });

  it('keeps the tallest of sites that fall together, and both strands', () => {
    const marks = marksOf(
      [at('chr1', 10, 5), at('chr1', 10, 50), at('chr1', 10, 2), at('chr1', 10, 3, '-')],
      genome,
    );
    expect(marks).toHaveLength(2);
    expect(marks[0]!.height).toBe(marksOf([at('chr1', 10, 50)], genome)[0]!.height);
  });

  it('draws fifty thousand sites with a bounded number of bars', () => {
    const many = Array.from({ length: 50_000 }, (_, i) => readSite(siteRow(i)));
    expect(marksOf(many, contigsOf(many, [])).length).toBeLessThan(16 * 2 * 760 * 2);
    expect(siteMap(many, []).text.length).toBeLessThan(1_000_000);
  });

  it('shows the contigs of the genome, and those that it does not name as long as their last site', () => {
    expect(contigsOf([at('chr9', 70, 1)], genome)).toEqual([...genome, { name: 'chr9', length: 71 }]);
  });

  it('shows those with the most sites where there are too many', () => {
    const scraps = Array.from({ length: 90 }, (_, i) => ({ name: `scrap${i}`, length: 100 }));
    const some = scraps.flatMap(({ name }, i) =>
      Array.from({ length: i < 45 ? 1 : 2 }, () => at(name, 5, 1)),
    );
    const shown = contigsOf(some, scraps);
    expect(shown).toHaveLength(40);
    expect(shown.every(({ name }) => Number(name.slice(5)) >= 45)).toBe(true);
    expect(contigsOf([at('scrap7', 5, 1)], scraps)).toEqual([scraps[7]]);
    expect(siteMap(some, scraps).text).toContain('50 contigs with fewer sites not drawn');
  });

  it('escapes what contigs and genes are called', () => {
    const hostile = [{ ...at('<script>x</script>', 5, 9), genes: '"><img src=x>' }];
    for (const { text } of [siteMap(hostile, []), clonePlot(cloneShares(hostile))]) {
      expect(text).not.toMatch(/<script|<img/);
    }
  });
});

describe('clone shares', () => {
  it('are those of the twenty largest and of the rest, and come to all', () => {
    fc.assert(
      fc.property(fc.array(site, { minLength: 1 }), (some) => {
        const shares = cloneShares(some);
        const sizes = some.map(({ uniqueFragments }) => uniqueFragments).sort((a, b) => b - a);
        const total = sizes.reduce((sum, size) => sum + size, 0);
        expect(shares).toHaveLength(Math.min(some.length, 21));
        expect(shares.slice(0, 20).map(({ uniqueFragments }) => uniqueFragments)).toEqual(sizes.slice(0, 20));
        const percent = shares.reduce((sum, share) => sum + share.percent, 0);
        expect(percent).toBeCloseTo(total === 0 ? 0 : 100, 6);
      }),
    );
  });
});

describe('the plot of read lengths', () => {
  const lengths = [
    { length: 30, count: 1, cumulative_fraction: 1 },
    { length: 32, count: 3, cumulative_fraction: 0.75 },
  ];

  it('has a panel for each file with reads, and says what is in it', () => {
    const { text } = readLengthsPlot([
      { file: 'R1.fastq.gz', reads: 4, bases: 126, lengths },
      { file: 'R2.fastq.gz', reads: 0, bases: 0, lengths: [] },
    ]);
    expect(text.match(/class="curve"/g)).toHaveLength(1);
    expect(text).toContain('R1.fastq.gz: 4 reads of 30 to 32 bases, most often 32.');
    expect(text).not.toContain('R2.fastq.gz');
    expect(text).not.toContain('NaN');
  });

  it('can be drawn of nothing', () => {
    expect(readLengthsPlot([]).text).toContain('Read lengths');
  });
});
