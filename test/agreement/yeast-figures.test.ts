import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, testData } from '../run-gtk.js';
import { type CodonRun, runCodon, uncompressed } from './codon-run.js';

/*
 * Figures that were computed apart from gtk: from the formulas of the papers in double precision, and checked
 * gene by gene against codonW 1.4.4 and cubar 1.2. Six decimals are given.
 */
const indices = 'gc gc3s gc3 gc4d t3s c3s a3s g3s enc enc_sun l_sym l_aa gravy aromo cai cbi fop'.split(' ');

/** The values of {@link indices}, in their order; CAI, CBI and Fop with the sets of E. coli. */
const figures = {
  YDL184C:
    '0.440000 0.478261 0.520000 0.714286 0.125000 0.187500 0.434783 0.347826 24.516667 47.974196 23 25 -2.448000 0.040000 0.042427 -0.454545 0.130435',
  YLL050C:
    '0.400932 0.357143 0.370629 0.311475 0.483051 0.330508 0.314286 0.110000 33.617381 44.576939 140 143 -0.379720 0.111888 0.323806 0.234310 0.564286',
  'YBR223W-A':
    '0.564103 0.527778 0.564103 0.518519 0.176471 0.264706 0.354839 0.322581 null 54.723836 36 39 0.279487 0.102564 0.164806 0.059701 0.416667',
  'MT-ATP6':
    '0.443953 0.464602 0.464602 0.445312 0.210256 0.466667 0.479042 0.083832 41.497787 46.708190 226 226 0.951770 0.066372 0.152347 0.045093 0.431280',
  'all yeast':
    '0.396990 0.361488 0.381565 0.348630 0.413407 0.242962 0.395141 0.235083 51.921085 55.361753 2822315 2913938 -0.386919 0.089692 0.207417 -0.028537 0.405662',
  'all human mitochondrial':
    '0.450339 0.477435 0.477435 0.468398 0.195320 0.488924 0.488985 0.087396 42.742757 44.676508 3789 3789 0.670124 0.120084 0.148315 0.042517 0.435595',
};

/** Compares all indices of a record or of a summary with the figures, to half a unit of their last decimal. */
function expectFigures(name: keyof typeof figures, found: Readonly<Record<string, unknown>>): void {
  const expected = figures[name].split(' ');
  expect(expected.length).toBe(17);
  const failures = indices.flatMap((index, place) => {
    const [figure, value] = [expected[place]!, found[index]];
    const isNull = value === null || value === '';
    const halfUnit = figure.includes('.') ? 0.5e-6 + 1e-12 : 0;
    const agrees =
      figure === 'null' ? isNull : !isNull && Math.abs(Number(value) - Number(figure)) <= halfUnit;
    return agrees ? [] : [`${name} ${index}: ${figure}, gtk ${value}`];
  });
  expect(failures).toEqual([]);
}

const sets = ['--cai-set', 'ecoli', '--fop-set', 'ecoli'];
const record = (run: CodonRun, id: string) => run.sequences.find((row) => row.id === id)!;

describe('the coding sequences of yeast', () => {
  const folder = temporaryFolder();
  let run: CodonRun;

  beforeAll(async () => {
    run = await runCodon(folder, testData('codon/yeast_cds.fa.gz'), ...sets, '--rscu', '--per-sequence');
  });

  it('are 6,600 records of 8,762,001 bases and 2,920,667 codons, none ambiguous or partial', () => {
    expect(run.summary).toMatchObject({
      sequences: 6600,
      bases: 8_762_001,
      codons: 2_920_667,
      ambiguous: 0,
      partial: 0,
    });
    expect(run.sequences.length).toBe(6600);
    const total = (column: string) => run.sequences.reduce((sum, row) => sum + Number(row[column]), 0);
    expect([total('length'), total('codons'), total('ambiguous')]).toEqual([8_762_001, 2_920_667, 0]);
  });

  it('have an RSCU of CTG of 0.676908 among the six codons of leucine', () => {
    const ctg = run.usage.find(({ codon }) => codon === 'CTG')!;
    expect(Number(ctg.rscu).toFixed(6)).toBe('0.676908');
    const leucine = run.usage.filter(({ amino_acid: aminoAcid }) => aminoAcid === 'L');
    expect(leucine.length).toBe(6);
    expect(leucine.reduce((sum, { rscu }) => sum + Number(rscu), 0)).toBeCloseTo(6, 12);
  });

  it('have the indices that the formulas give, pooled', () => {
    expectFigures('all yeast', run.summary);
  });

  it.each(['YDL184C', 'YLL050C', 'YBR223W-A'] as const)(
    'have the indices that the formulas give: %s',
    (id) => {
      expectFigures(id, record(run, id));
    },
  );

  it('have no Nc in 51 genes and the greatest, 61, in 228', () => {
    expect(run.sequences.filter(({ enc }) => enc === '').length).toBe(51);
    expect(run.sequences.filter(({ enc }) => enc === '61').length).toBe(228);
    expect(run.sequences.filter(({ enc }) => Number(enc) > 61)).toEqual([]);
  });
});

describe('with the first yeast gene as reference', () => {
  const folder = temporaryFolder();
  const reference = path.join(folder, 'reference.fa');
  const genes = path.join(folder, 'genes.fa');

  beforeAll(() => {
    const records = readFileSync(uncompressed(folder, 'yeast_cds.fa.gz'), 'latin1').split(/^(?=>)/m);
    expect(records.length).toBe(6600);
    expect(records[0]!.startsWith('>YPL071C\n')).toBe(true);
    writeFileSync(reference, records[0]!);
    writeFileSync(genes, records.filter((text) => /^>(YDL184C|YLL050C)\n/.test(text)).join(''));
  });

  it.each([
    ['half', 'aa', 0.634849, 0.603125],
    ['0.01', 'aa', 0.497076, 0.483509],
    ['plus1', 'aa', 0.700072, 0.696651],
    ['plus1', 'subfamily', 0.734323, 0.696651],
  ])(
    'CAI with the rule %s by %s, CBI and Fop are what the formulas give',
    async (zero, family, ydl184c, yll050c) => {
      const options = [
        '--reference',
        reference,
        '--cai-zero',
        zero,
        '--cai-family',
        family,
        '--per-sequence',
      ];
      const run = await runCodon(folder, genes, ...options);
      expect(run.sequences.length).toBe(2);
      const six = (id: string) =>
        ['cai', 'cbi', 'fop'].map((index) => Number(record(run, id)[index]).toFixed(6));
      expect(six('YDL184C')).toEqual([ydl184c.toFixed(6), '0.351351', '0.565217']);
      expect(six('YLL050C')).toEqual([yll050c.toFixed(6), '0.134426', '0.528571']);
      expect(run.summary).toMatchObject({
        sequences: 2,
        cai_reference: reference,
        cai_zero: zero,
        cai_family: family,
      });
    },
  );
});

describe('the human mitochondrial coding sequences', () => {
  const folder = temporaryFolder();

  it('have the indices that the formulas give in genetic code 2, pooled and in MT-ATP6', async () => {
    const options = ['--genetic-code', '2', '--per-sequence', ...sets];
    const run = await runCodon(folder, testData('codon/human_mt_cds.fa'), ...options);
    expect(run.summary).toMatchObject({
      sequences: 13,
      bases: 11_395,
      codons: 3796,
      ambiguous: 0,
      partial: 6,
    });
    expectFigures('all human mitochondrial', run.summary);
    expectFigures('MT-ATP6', record(run, 'MT-ATP6'));
  });
});
