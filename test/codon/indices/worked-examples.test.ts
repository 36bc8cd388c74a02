import { describe, expect, it } from 'vitest';
import {
  adaptationModel,
  type CaiFamily,
  type CaiZero,
  type OptimalSource,
  type WeightSource,
} from '../../../src/codon/adaptation-model.js';
import { geneticCode } from '../../../src/codon/genetic-code.js';
import {
  createIndexer,
  type IndexName,
  type IndexValues,
  indexColumns,
} from '../../../src/codon/indices/index.js';
import type { CaiSetName } from '../../../src/codon/reference-sets.js';
import { codingSequences, countCodons, countsOf } from '../coding-sequences.js';

const yeast = codingSequences('yeast_cds.fa.gz');
const human = codingSequences('human_mt_cds.fa');

function gene(id: string): number[] {
  const found = [...yeast, ...human].find((record) => record.id === id);
  return countCodons(found!.sequence);
}

function indices(
  counts: number[],
  table: number,
  weights: WeightSource,
  optimal: OptimalSource,
): IndexValues {
  const code = geneticCode(table);
  return createIndexer(code, adaptationModel(code, weights, optimal)).compute(counts);
}

const withSet = (counts: number[], table: number, set: CaiSetName) =>
  indices(counts, table, { set }, { set });

/** Holds values against figures of six decimals, `null` for none. */
function expectFigures(values: IndexValues, names: readonly IndexName[], figures: string): void {
  const expected = figures.split(' ');
  expect(expected.length).toBe(names.length);
  for (const [place, name] of names.entries()) {
    if (expected[place] === 'null') expect(values[name], name).toBeNull();
    // Half a unit of the last decimal: figures that end in an exact tie may have been rounded either way.
    else expect(Math.abs(values[name]! - Number(expected[place])), name).toBeLessThanOrEqual(0.5000001e-6);
  }
}

/** Codons of a fungal mitochondrial gene, atp9 of NC_007780. */
const atp9 = countsOf(
  'AAA 2, AAC 2, AAT 1, ACA 1, ACT 1, AGA 1, ATC 1, ATG 3, ATT 10, CCA 1, CCT 1, CTA 1, GAA 1, GCA 4, GCT 7, ' +
    'GGA 2, GGT 7, GTA 2, GTT 3, TAA 1, TAC 2, TAT 1, TCA 4, TCT 2, TGT 1, TTA 10, TTC 4, TTT 1',
);

describe('the indices of YDL184C, worked out by hand', () => {
  const counts = countCodons(
    'ATGAGAGCCAAGTGGAGAAAGAAGAGAACTAGAAGACTTAAGAGAAAGAGACGGAAGGTGAGAGCCAGATCCAAATAA',
  );
  const values = withSet(counts, 1, 'ecoli');

  it('start from the record that the yeast file has', () => {
    expect(gene('YDL184C')).toEqual(counts);
  });

  it('are its lengths and composition', () => {
    expect(values).toMatchObject({
      l_aa: 25,
      l_sym: 23,
      gc: 33 / 75,
      gc3: 13 / 25,
      gc3s: 11 / 23,
      gc4d: 5 / 7,
    });
    expect(values).toMatchObject({ t3s: 2 / 16, c3s: 3 / 16, a3s: 10 / 23, g3s: 8 / 23 });
  });

  it('are its effective numbers of codons, with Ile taken from sizes 2 and 4', () => {
    const [two, four, six] = [5 / 7, 1, 0.8];
    expect(values.enc).toBeCloseTo(2 + 9 / two + 1 / ((two + four) / 2) + 5 / four + 3 / six, 12);
    expect(values.enc).toBeCloseTo(24.516667, 6);
    expect(values.enc_sun).toBeCloseTo(47.974196, 6);
  });

  it('are its protein indices', () => {
    expect(values).toMatchObject({ gravy: -2.448, aromo: 0.04 });
  });

  it('are its adaptation to the published sets', () => {
    expectFigures(values, ['cai', 'fop', 'cbi'], '0.042427 0.130435 -0.454545');
    expectFigures(withSet(counts, 1, 'scer'), ['cai', 'fop', 'cbi'], '0.417252 0.739130 0.621053');
  });
});

describe('the indices of records and whole genomes, against known figures', () => {
  const names = `gc gc3s gc3 gc4d t3s c3s a3s g3s enc enc_sun l_sym l_aa gravy aromo cai cbi fop`.split(
    ' ',
  ) as IndexName[];
  const pooledYeast = countCodons(...yeast.map((record) => record.sequence));
  const pooledHuman = countCodons(...human.map((record) => record.sequence));

  it.each([
    [
      'YLL050C',
      1,
      gene('YLL050C'),
      '0.400932 0.357143 0.370629 0.311475 0.483051 0.330508 0.314286 0.110000 33.617381 44.576939 140 143 -0.379720 0.111888 0.323806 0.234310 0.564286',
    ],
    [
      'YBR223W-A, too short for enc',
      1,
      gene('YBR223W-A'),
      '0.564103 0.527778 0.564103 0.518519 0.176471 0.264706 0.354839 0.322581 null 54.723836 36 39 0.279487 0.102564 0.164806 0.059701 0.416667',
    ],
    [
      'MT-ATP6',
      2,
      gene('MT-ATP6'),
      '0.443953 0.464602 0.464602 0.445312 0.210256 0.466667 0.479042 0.083832 41.497787 46.708190 226 226 0.951770 0.066372 0.152347 0.045093 0.431280',
    ],
    [
      'fungal atp9',
      4,
      atp9,
      '0.320175 0.123288 0.157895 0.000000 0.500000 0.128571 0.475410 0.000000 34.525642 42.987442 73 76 1.461842 0.105263 0.243642 0.066414 0.438356',
    ],
    [
      'all of yeast',
      1,
      pooledYeast,
      '0.396990 0.361488 0.381565 0.348630 0.413407 0.242962 0.395141 0.235083 51.921085 55.361753 2822315 2913938 -0.386919 0.089692 0.207417 -0.028537 0.405662',
    ],
    [
      'all 13 human mitochondrial genes',
      2,
      pooledHuman,
      '0.450339 0.477435 0.477435 0.468398 0.195320 0.488924 0.488985 0.087396 42.742757 44.676508 3789 3789 0.670124 0.120084 0.148315 0.042517 0.435595',
    ],
  ] as const)('are those of %s in table %i', (_, table, counts, expected) => {
    expectFigures(withSet([...counts], table, 'ecoli'), names, expected);
  });

  it('count 51 yeast genes without enc and 228 at its upper bound', () => {
    const code = geneticCode(1);
    const indexer = createIndexer(code, adaptationModel(code, { set: 'ecoli' }, { set: 'ecoli' }));
    const { enc } = indexer.computeColumns(yeast.flatMap((record) => countCodons(record.sequence)));
    expect(enc.length).toBe(6600);
    expect(enc.filter(Number.isNaN).length).toBe(51);
    expect(enc.filter((value) => value === 61).length).toBe(228);
  });

  it('are written in one order, each once', () => {
    expect([...indexColumns].sort()).toEqual([...names].sort());
  });
});

describe('adaptation to a reference of one record', () => {
  const reference = gene('YPL071C');
  const rules: [CaiZero, CaiFamily][] = [
    ['half', 'aa'],
    ['0.01', 'aa'],
    ['plus1', 'aa'],
    ['plus1', 'subfamily'],
  ];

  it('meets a reference with 12 codons at zero, two of them stops', () => {
    const missing = [...reference.keys()].filter((codon) => reference[codon] === 0);
    expect(missing.length).toBe(12);
    expect(missing.filter((codon) => geneticCode(1).stops.includes(codon)).length).toBe(2);
  });

  it.each([
    ['YDL184C', '0.634849 0.497076 0.700072 0.734323', '0.351351 0.565217'],
    ['YLL050C', '0.603125 0.483509 0.696651 0.696651', '0.134426 0.528571'],
  ])('is, for %s, that of each rule', (id, cai, optimality) => {
    const all = rules.map(([zero, family]) =>
      indices(gene(id), 1, { counts: reference, zero, family }, { counts: reference }),
    );
    for (const [rule, figure] of cai.split(' ').entries()) expectFigures(all[rule]!, ['cai'], figure);
    expectFigures(all[0]!, ['cbi', 'fop'], optimality);
  });
});
