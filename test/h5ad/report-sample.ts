/** Data for the tests of the h5ad report. */
import type { SideFacts } from '../../src/h5ad/facts.js';
import type { H5adReportData, ReportedResult } from '../../src/h5ad/report.js';

/** The sections of a report without warnings, from top to bottom. */
export const SECTIONS = [
  ...['cells', 'expressed', 'ages', 'donors', 'top-genes'],
  ...['names', 'columns', 'files', 'provenance'],
];

/** Cells of donors of 21 to 92 years, the more of an age the larger `weight`; in the order of ages. */
function agesOf(cells: number, step: number, weight: (age: number) => number): SideFacts['ages'] {
  const ages: number[] = [];
  for (let age = 21; age <= 92; age += step) ages.push(age);
  const whole = ages.reduce((sum, age) => sum + weight(age), 0);
  const counts = ages.map((age) => Math.floor((cells * weight(age)) / whole));
  counts[0]! += cells - counts.reduce((sum, count) => sum + count, 0);
  return ages.map((age, i) => ({ age, cells: counts[i]! }));
}

const RESULT: ReportedResult = {
  dataset: 'lung_atlas_50k',
  facts: {
    file: {
      name: 'file',
      path: '/data/input/lung_atlas_50k.h5ad',
      bytes: 226_812_345,
      mtimeMs: 1_700_000_000_000,
      cells: 50_000,
      genes: 33_000,
      matrix: 'X',
      encoding: 'csr',
      value_type: 'float32',
      stored_values: 93_404_968,
      has_raw: true,
      organism: 'Homo sapiens',
      unreadable: [],
      schema: [],
      renamed: [],
    },
    ages: {
      name: 'ages',
      column: 'development_stage',
      with_age: 48_200,
      without_age: 1_800,
      dropped: 1_800,
      without: [
        { label: 'adult stage', cells: 900 },
        { label: '60-79 year-old stage', cells: 500 },
        { label: 'missing', cells: 250 },
      ],
    },
    split: {
      name: 'split',
      column: 'donor_id',
      donors: 40,
      cells_without_donor: 120,
      sides: [
        {
          side: 'train',
          cells: 45_700,
          donors: 38,
          ages: agesOf(45_700, 1, (age) => 90 - Math.abs(age - 61)),
        },
        { side: 'test', cells: 2_500, donors: 2, ages: agesOf(2_500, 18, () => 1) },
      ],
      test_share: 2_500 / 48_200,
      warnings: [],
    },
  },
  genes: { total: 33_000, hgnc: 24_100, symbol: 8_000, index: 92, leftOut: 808, repeated: 14 },
  cells: { total: 50_000, kept: 48_200, empty: 3 },
  expressed: { min: 0, sum: 90_037_600, max: 6_213 },
  sentence: { min: 0, sum: 81_458_000, max: 2_000 },
  negative: 0,
  nan: 0,
  files: [
    ...[0, 1, 2, 3].map((chunk) => ({
      file: `train/chunks/chunk_000${chunk}.parquet`,
      rows: 10_000,
      bytes: 48_100_123 + chunk,
    })),
    { file: 'train/chunks/chunk_0004.parquet', rows: 5_700, bytes: 27_412_000 },
    { file: 'test/chunks/chunk_0000.parquet', rows: 2_500, bytes: 12_034_000 },
  ],
  columns: [
    { name: 'cell_id', type: 'utf8' },
    { name: 'cell_sentence', type: 'utf8' },
    { name: 'age', type: 'float64' },
    { name: 'donor_id', type: 'utf8' },
    { name: 'n_counts', type: 'int64' },
    { name: 'is_primary_data', type: 'boolean' },
  ],
  warnings: ['120 cells without a donor go to train', 'column age of obs is kept as age_original'],
};

/** Symbols of genes that stand in many sentences of any tissue. */
const SYMBOLS =
  'MALAT1 B2M EEF1A1 TMSB4X RPLP1 RPL10 RPL13 RPS27 RPL41 TPT1 ACTB FTL FTH1 RPS18 RPL34 RPS12 RPLP2 RPL32 RPS6 RPL39 RPS14 RPL19 RPS3A RPL11 PTMA RPL30 RPS15A H3-3B TMSB10 UBC'.split(
    ' ',
  );

/** What a run on 50,000 cells of 40 donors may give. */
export const LARGE: H5adReportData = {
  version: '1.2.3',
  command: 'gtk h5ad /data/input/lung_atlas_50k.h5ad --matrix X --chunk-size 10000 --report',
  options: [
    { name: 'matrix', value: 'X' },
    { name: 'chunk-size', value: '10000' },
    { name: 'top-genes', value: '2000' },
    { name: 'compression', value: 'zstd' },
    { name: 'age-filter', value: 'true' },
    { name: 'test-size', value: '0.05' },
    { name: 'seed', value: '42' },
  ],
  inputs: [
    { path: '/data/input/lung_atlas_50k.h5ad', bytes: 226_812_345 },
    { path: '/data/shared/hgnc.parquet', bytes: 6_012_345 },
  ],
  result: RESULT,
  topGenes: 2_000,
  testSize: 0.05,
  // A hump around 1,800 genes: 48,200 cells in all.
  histogram: Array.from({ length: 63 }, (_, bin) => [bin, hump(bin)] as const),
  frequentGenes: SYMBOLS.map((name, i) => ({ name, sentences: 48_190 - 37 * i * i })),
};

function hump(bin: number): number {
  const around = (at: number) => Math.floor(2_890 * Math.exp(-(((at - 17) / 9.4) ** 2)));
  if (bin !== 17) return around(bin);
  const others = Array.from({ length: 63 }, (_, at) => (at === 17 ? 0 : around(at)));
  return 48_200 - others.reduce((sum, count) => sum + count, 0);
}

/** The same with some of its result replaced. */
export function withResult(
  result: Partial<ReportedResult>,
  data: Partial<H5adReportData> = {},
): H5adReportData {
  return { ...LARGE, ...data, result: { ...RESULT, ...result } };
}

/** The same with some of its facts replaced. */
export function withFacts(
  facts: {
    [Name in keyof ReportedResult['facts']]?: Partial<ReportedResult['facts'][Name]>;
  },
): H5adReportData {
  const { file, ages, split } = RESULT.facts;
  return withResult({
    facts: {
      file: { ...file, ...facts.file },
      ages: { ...ages, ...facts.ages },
      split: { ...split, ...facts.split },
    },
  });
}

const { organism: _, ...FILE } = RESULT.facts.file;

/** One cell without a donor, an age or an expressed gene, all in one folder. */
export const ONE_CELL: H5adReportData = {
  ...LARGE,
  result: {
    ...RESULT,
    facts: {
      file: { ...FILE, cells: 1, genes: 1, stored_values: 0 },
      ages: { name: 'ages', with_age: 0, without_age: 1, dropped: 0, without: [] },
      split: {
        name: 'split',
        donors: 0,
        cells_without_donor: 1,
        sides: [{ side: 'all', cells: 1, donors: 0, ages: [{ age: null, cells: 1 }] }],
        warnings: [],
      },
    },
    genes: { total: 1, hgnc: 0, symbol: 0, index: 1, leftOut: 0, repeated: 0 },
    cells: { total: 1, kept: 1, empty: 1 },
    expressed: { min: 0, sum: 0, max: 0 },
    sentence: { min: 0, sum: 0, max: 0 },
    files: [{ file: 'chunks/chunk_0000.parquet', rows: 1, bytes: 800 }],
    warnings: [],
  },
  histogram: [[0, 1]],
  frequentGenes: [],
};
