import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annotate } from '../../../src/pcr/sites/annotate.js';
import { ContigGenes, type Gene } from '../../../src/pcr/sites/genes.js';

const windows = { promoterLeft: 30, promoterRight: 10, enhancerLeft: 80 };

/** R's round(): halves to the even side. */
function roundAsR(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** `getRelationship` of ChIPpeakAnno in its own words, assignments in its order. */
function relationship(peakStart: number, peakEnd: number, gene: Gene): string {
  const minus = gene.isReverse;
  const [featureStart, featureEnd] = minus ? [gene.end, gene.start] : [gene.start, gene.end];
  const [start, end] = minus ? [peakEnd, peakStart] : [peakStart, peakEnd];
  const ss = start - featureStart;
  const ee = end - featureEnd;
  const se = start - featureEnd;
  const es = end - featureStart;
  let relation = '';
  if (minus ? ss >= 0 && ee <= 0 : ss <= 0 && ee >= 0) relation = 'includeFeature';
  if (minus ? ss <= 0 && ee >= 0 : ss >= 0 && ee <= 0) relation = 'inside';
  if (ss === 0 && ee === 0) relation = 'overlap';
  if (minus ? ss < 0 && se >= 0 && ee <= 0 : ss > 0 && se <= 0 && ee >= 0) relation = 'overlapEnd';
  if (minus ? se < 0 : se > 0) relation = 'downstream';
  if (minus ? ss > 0 && es <= 0 && ee >= 0 : ss < 0 && es >= 0 && ee <= 0) relation = 'overlapStart';
  if (minus ? es > 0 : es < 0) relation = 'upstream';
  return relation;
}

/** Every gene is looked at. */
function slowAnnotation(genes: Gene[], start: number, end: number) {
  if (genes.length === 0) return { gene: 'NA', tssDistances: 'NA', geneRegion: 'NA' };
  const first = start + 1;
  const middle = roundAsR((first + end) / 2);
  const tss = (gene: Gene) => (gene.isReverse ? gene.end : gene.start);
  const nearest = Math.min(...genes.map((gene) => Math.abs(tss(gene) - middle)));
  const chosen = genes
    .filter((gene) => Math.abs(tss(gene) - middle) === nearest || (gene.start <= end && gene.end >= first))
    .sort((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)));
  const distance = (gene: Gene) => (gene.isReverse ? tss(gene) - middle : middle - tss(gene));
  const region = (gene: Gene) => {
    const d = distance(gene);
    if (d >= -windows.enhancerLeft && d < -windows.promoterLeft) return 'enhancer';
    if (d >= -windows.promoterLeft && d < windows.promoterRight) return 'promoter';
    return relationship(first, end, gene);
  };
  return {
    gene: chosen.map(({ symbol }) => symbol).join(),
    tssDistances: chosen.map(distance).join(),
    geneRegion: chosen.map(region).join(),
  };
}

const gene = fc
  .record({
    id: fc.string({
      unit: fc.constantFrom('a', 'B', '1', '-', 'é', '\uffee', '😀'),
      minLength: 1,
      maxLength: 6,
    }),
    start: fc.integer({ min: 1, max: 400 }),
    length: fc.integer({ min: 1, max: 150 }),
    isReverse: fc.boolean(),
  })
  .map(({ id, start, length, isReverse }) => ({
    id,
    symbol: `symbol of ${id}`,
    start,
    end: start + length - 1,
    isReverse,
  }));
const genes = fc.uniqueArray(gene, { selector: ({ id }) => id, minLength: 1, maxLength: 40, size: 'max' });
const peaks = fc.array(fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 60 })), {
  minLength: 20,
  maxLength: 40,
});

describe('annotation', () => {
  test('is that of a search through all genes', () => {
    const regions = new Set<string>();
    let several = 0;
    const property = fc.property(genes, peaks, (list, places) => {
      const indexed = new ContigGenes(list);
      for (const [start, width] of places) {
        const found = annotate(indexed, start, start + width, windows);
        expect(found).toEqual(slowAnnotation(list, start, start + width));
        for (const region of found.geneRegion.split(',')) regions.add(region);
        if (found.gene.includes(',')) several++;
      }
    });
    fc.assert(property, { numRuns: 100 });
    expect(several).toBeGreaterThan(100);
    const all = 'downstream enhancer includeFeature inside overlapEnd overlapStart promoter upstream';
    expect([...regions].filter((region) => region !== 'overlap').sort()).toEqual(all.split(' '));
  });

  const far = { promoterLeft: 0, promoterRight: 0, enhancerLeft: 0 };
  const one = (isReverse: boolean) =>
    new ContigGenes([{ id: 'g', symbol: 'G', start: 101, end: 200, isReverse }]);

  test.each([
    // Peak [start, end) and its place on a gene from 101 to 200, on either strand.
    [89, 100, 'upstream', 'downstream'],
    [95, 101, 'overlapStart', 'overlapEnd'],
    [95, 200, 'overlapStart', 'includeFeature'],
    [100, 101, 'inside', 'overlapEnd'],
    [100, 199, 'inside', 'overlapEnd'],
    [100, 200, 'overlap', 'overlap'],
    [100, 201, 'includeFeature', 'overlapStart'],
    [99, 201, 'includeFeature', 'includeFeature'],
    [150, 151, 'inside', 'inside'],
    [199, 200, 'overlapEnd', 'inside'],
    [200, 201, 'downstream', 'upstream'],
  ])('peak %i to %i', (start, end, forward, reverse) => {
    expect(annotate(one(false), start, end, far).geneRegion).toBe(forward);
    expect(annotate(one(true), start, end, far).geneRegion).toBe(reverse);
  });

  test('takes the middle of an even stretch to the even side', () => {
    const distances = [
      [10, 12],
      [11, 13],
      [11, 14],
    ].map(([start, end]) => annotate(one(false), start!, end!, far).tssDistances);
    expect(distances).toEqual(['-89', '-89', '-88']);
  });

  test('of a contig without genes is NA', () => {
    expect(annotate(undefined, 1, 2, far)).toEqual({ gene: 'NA', tssDistances: 'NA', geneRegion: 'NA' });
  });
});
