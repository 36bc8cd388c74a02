import { describe, expect, it, vi } from 'vitest';
import { GENES_BIN } from '../../src/h5ad/options.js';
import { h5adReport } from '../../src/h5ad/report.js';
import { LARGE, ONE_CELL, SECTIONS, withFacts, withResult } from './report-sample.js';

/** Text between tags, one piece after another; without style and script. */
function textOf(markup: string): string {
  return markup
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function sectionOf(report: string, id: string): string {
  return new RegExp(`<section id="${id}"[\\s\\S]*?</section>`).exec(report)![0];
}

/** The rows of a section's tables as text, headings left out. */
function rowsOf(report: string, id: string): string[] {
  return [...sectionOf(report, id).matchAll(/<tbody>[\s\S]*?<\/tbody>/g)].flatMap(([body]) =>
    [...body.matchAll(/<tr>[\s\S]*?<\/tr>/g)].map(([row]) => textOf(row)),
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const whole = (text: string) => Number(text.replaceAll(',', ''));

describe('the h5ad report', () => {
  it('has every section, a link to each, and both figures with a title and a description', () => {
    const report = h5adReport(LARGE);
    const sections = [...report.matchAll(/<section id="([\w-]+)"/g)].map((section) => section[1]);
    expect(sections).toEqual(['warnings', ...SECTIONS]);
    expect([...report.matchAll(/<a href="#([\w-]+)">/g)].map((link) => link[1])).toEqual(sections);
    for (const id of ['expressed-plot', 'age-plot']) {
      expect(report).toMatch(new RegExp(`<title id="${id}-t">[^<]+</title><desc id="${id}-d">[^<]+</desc>`));
    }
  });

  it('says at the top what came out', () => {
    const text = textOf(h5adReport(LARGE));
    expect(text).toContain('50,000 cells · 33,000 genes · matrix X, csr of float32 · Homo sapiens');
    for (const tile of [
      'Cells in the file 50,000 33,000 genes',
      'Cells kept 48,200 96.4 % of the file',
      'Donors 40 by donor_id',
      'Genes in a sentence 1,690 mean, 0 to 2,000',
      'In test 5.2 % 2,500 cells',
      'Parquet files 6 231.8 MB',
    ]) {
      expect(text).toContain(tile);
    }
    expect(text).toContain(
      '48,200 of 50,000 cells became sentences of 1,690 genes on average. 45,700 cells of 38 donors are for training, 2,500 cells of 2 donors for testing. 1,800 cells without an age were left out. 3 sentences are empty',
    );
  });

  it('lists all warnings before anything else, and has no such section without one', () => {
    const { warnings } = LARGE.result;
    const items = [...sectionOf(h5adReport(LARGE), 'warnings').matchAll(/<li>(.*?)<\/li>/g)];
    expect(items.map((item) => item[1])).toEqual(warnings);
    expect(h5adReport(withResult({ warnings: [] }))).not.toContain('id="warnings"');
    const many = h5adReport(withResult({ warnings: Array.from({ length: 60 }, (_, i) => `warning ${i}`) }));
    expect(textOf(sectionOf(many, 'warnings'))).toMatch(/warning 49 10 further warnings\.$/);
  });

  it('accounts for every cell of the file, and for every label without an age', () => {
    const report = h5adReport(LARGE);
    expect(rowsOf(report, 'cells')).toEqual([
      'Train 45,700 91.4 %',
      'Test 2,500 5.0 %',
      'Left out, no age 1,800 3.6 %',
      'adult stage 900 50.0 %',
      '60-79 year-old stage 500 27.8 %',
      'missing 250 13.9 %',
      'all other labels 150 8.3 %',
    ]);
    const text = textOf(sectionOf(report, 'cells'));
    expect(text).toContain('Empty sentences 3 Values stored 93,404,968 Share of the matrix 5.7 %');
    expect(text).toContain('1,800 cells were left out: what development_stage says of them is no exact age.');
  });

  it('says of cells without an age that they were kept, where they were', () => {
    const text = textOf(sectionOf(h5adReport(withFacts({ ages: { dropped: 0 } })), 'cells'));
    expect(text).toContain('1,800 cells were kept without one');
    expect(text).not.toContain('Left out');
  });

  it('draws every cell into the histogram of expressed genes', () => {
    const section = sectionOf(h5adReport(LARGE), 'expressed');
    const bars = [...section.matchAll(/<title>([\d,]+) to ([\d,]+) genes: ([\d,]+)<\/title>/g)];
    expect(bars.length).toBeGreaterThan(20);
    expect(sum(bars.map((bar) => whole(bar[3]!)))).toBe(48_200);
    for (const [, from, to, count] of bars) {
      const inside = LARGE.histogram.filter(
        ([bin]) => bin * GENES_BIN >= whole(from!) && bin * GENES_BIN <= whole(to!),
      );
      expect(whole(count!)).toBe(sum(inside.map(([, cells]) => cells)));
    }
    expect(textOf(section)).toContain(
      'From 0 to 6,213 genes are expressed in a cell, and 0 to 2,000 stand in the sentences, which have 2,000 at most.',
    );
    expect(textOf(section)).toContain('mean 1,868');
  });

  it('draws ages as shares of their own side, on one scale', () => {
    const section = sectionOf(h5adReport(LARGE), 'ages');
    const bars = [
      ...section.matchAll(
        /<rect class="(\w+)" [^>]*height="([\d.]+)"><title>(\w+), (\d+) to ([\d.]+) years: ([\d,]+) cells, ([\d.]+) %</g,
      ),
    ].map(([, side, height, name, from, to, cells]) => {
      return { side, height: Number(height), name, from: Number(from), to: Number(to), cells: whole(cells!) };
    });
    const tick = (label: number) =>
      Number(new RegExp(`y="([\\d.]+)" text-anchor="end">${label}<`).exec(section)![1]);
    const unit = (tick(0) - tick(10)) / 10;
    for (const { side, cells, ages } of LARGE.result.facts.split.sides) {
      const own = bars.filter((bar) => bar.side === side);
      expect(own.length).toBeGreaterThan(3);
      expect(sum(own.map((bar) => bar.cells))).toBe(cells);
      for (const bar of own) {
        expect(bar.name!.toLowerCase()).toBe(side);
        const inside = ages.filter(({ age }) => age! >= bar.from && age! <= bar.to);
        expect(bar.cells).toBe(sum(inside.map((age) => age.cells)));
        expect(Math.abs(bar.height / unit - (100 * bar.cells) / cells)).toBeLessThan(0.01);
      }
    }
    expect(textOf(section)).toContain('Train 45,700 cells Test 2,500 cells');
  });

  it('counts cells without an age apart from those in the chart', () => {
    const section = sectionOf(
      h5adReport(
        withFacts({
          split: {
            sides: [
              {
                side: 'train',
                cells: 30,
                donors: 2,
                ages: [
                  { age: 0.2, cells: 20 },
                  { age: null, cells: 10 },
                ],
              },
              {
                side: 'test',
                cells: 5,
                donors: 1,
                ages: [
                  { age: 0.3, cells: 4 },
                  { age: null, cells: 1 },
                ],
              },
            ],
          },
        }),
      ),
      'ages',
    );
    expect(textOf(section)).toContain(
      'Without an age, and not in the chart: 10 cells of train, 1 cell of test.',
    );
    expect(section).toContain('<title>Train, 0.2 years: 20 cells, 100.0 %</title>');
    expect(section).toContain('<title>Test, 0.3 years: 4 cells, 100.0 %</title>');
  });

  it('tells the donors, cells and ages of each side, and the share of test asked for and got', () => {
    const report = h5adReport(LARGE);
    expect(rowsOf(report, 'donors')).toEqual([
      'Train 38 45,700 94.8 % 21 – 92 58',
      'Test 2 2,500 5.2 % 21 – 75 48',
    ]);
    const text = textOf(sectionOf(report, 'donors'));
    expect(text).toContain('no donor is in both');
    expect(text).toMatch(
      /Asked for test 5\.0 % Test, of donors 5\.0 % Test, of cells 5\.2 % Without a donor 120 cells$/,
    );
  });

  it('claims of no split that donors are apart where they are not', () => {
    const text = textOf(sectionOf(h5adReport(withFacts({ split: { donors: 39 } })), 'donors'));
    expect(text).not.toContain('no donor is in both');
  });

  it('lists genes, names, columns, files, options and inputs as they are given', () => {
    const report = h5adReport(LARGE);
    const genes = rowsOf(report, 'top-genes');
    expect(genes).toHaveLength(30);
    expect(genes.slice(0, 3)).toEqual(['MALAT1 48,190 100.0 %', 'B2M 48,153 99.9 %', 'EEF1A1 48,042 99.7 %']);
    expect(rowsOf(report, 'names').map((row) => /^\D+[\d,]+ [\d.]+ %/.exec(row)![0])).toEqual([
      'HGNC 24,100 73.0 %',
      'Column of symbols 8,000 24.2 %',
      'Index 92 0.3 %',
      'Left out 808 2.4 %',
    ]);
    expect(textOf(sectionOf(report, 'names'))).toContain('14 genes have a name that an earlier one has');
    expect(rowsOf(report, 'columns')).toEqual(
      LARGE.result.columns.map(({ name, type }) => `${name} ${type}`),
    );
    const files = rowsOf(report, 'files');
    expect(files).toHaveLength(6);
    expect(files[0]).toBe('train/chunks/chunk_0000.parquet train 10,000 48.1 MB');
    expect(files[5]).toBe('test/chunks/chunk_0000.parquet test 2,500 12.0 MB');
    const provenance = textOf(sectionOf(report, 'provenance'));
    expect(provenance).toContain(LARGE.command);
    expect(provenance).toContain('Version gtk 1.2.3 matrix X chunk-size 10000');
    expect(provenance).toContain('/data/input/lung_atlas_50k.h5ad 226.8 MB /data/shared/hgnc.parquet 6.0 MB');
  });

  it('tells files from before the split from those of the dataset', () => {
    const files = ['/interim/parquet_chunks/d/chunks/chunk_0000.parquet', 'chunks/chunk_0000.parquet'];
    const report = h5adReport(withResult({ files: files.map((file) => ({ file, rows: 1, bytes: 2 })) }));
    expect(rowsOf(report, 'files')).toEqual([`${files[0]} before the split 1 2 B`, `${files[1]} all 1 2 B`]);
  });

  it('is the same text for the same data whatever the date, and below 300 kB for any run', () => {
    vi.useFakeTimers({ now: new Date('2001-02-03T04:05:06Z'), toFake: ['Date'] });
    const report = h5adReport(LARGE);
    vi.setSystemTime(new Date('2031-12-11T10:09:08Z'));
    expect(h5adReport(structuredClone(LARGE))).toBe(report);
    vi.useRealTimers();
    expect(Buffer.byteLength(report)).toBeLessThan(60_000);
    const long = 'long'.repeat(1_000);
    const largest = h5adReport(
      withResult(
        {
          dataset: long,
          columns: Array.from({ length: 20_000 }, (_, i) => ({ name: `${long}${i}`, type: 'utf8' })),
          files: Array.from({ length: 20_000 }, (_, i) => ({ file: `${long}${i}`, rows: i, bytes: i })),
          warnings: Array.from({ length: 20_000 }, (_, i) => `${long}${i}`),
        },
        {
          command: long.repeat(100),
          inputs: Array.from({ length: 20_000 }, (_, i) => ({ path: `${long}${i}`, bytes: i })),
          histogram: Array.from({ length: 100_000 }, (_, i) => [i, i]),
        },
      ),
    );
    expect(Buffer.byteLength(largest)).toBeLessThan(300_000);
    for (const noun of ['columns', 'files']) expect(largest).toContain(`19,800 further ${noun} not listed`);
  });

  it('loads nothing: no address and no resource but what is in the file', () => {
    const report = h5adReport(LARGE);
    expect(report).not.toMatch(/https?:|\/\/[a-z]|@import|url\(|<img|<iframe|<object|<embed|\ssrc=/i);
    const references = [...report.matchAll(/\shref="([^"]*)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(5);
    expect(references.filter((reference) => !/^#[\w-]+$|^data:,$/.test(reference))).toEqual([]);
  });

  it('keeps hostile text as text, wherever it comes from', () => {
    const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>&lt;`;
    const short = '<script>x</script>';
    const { facts } = withFacts({
      file: { matrix: `layer:${hostile}`, organism: hostile, value_type: hostile },
      ages: { column: hostile, without: [{ label: hostile, cells: 1_800 }] },
      split: { column: short },
    }).result;
    const report = h5adReport(
      withResult(
        {
          dataset: hostile,
          facts,
          warnings: [hostile],
          columns: [{ name: hostile, type: hostile }],
          files: [{ file: hostile, rows: 1, bytes: 1 }],
        },
        {
          version: hostile,
          command: hostile,
          options: [{ name: hostile, value: hostile }],
          inputs: [{ path: hostile, bytes: 1 }],
          frequentGenes: [{ name: hostile, sentences: 1 }],
        },
      ),
    );
    expect(report.match(/<script>/g)).toHaveLength(1);
    expect(report).not.toMatch(/<img|<\/script>["&]/);
    expect(report.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;/g)!.length).toBeGreaterThanOrEqual(16);
    expect(report).toContain('by &lt;script&gt;x&lt;/script&gt;');
  });

  const nothing = { min: Number.MAX_SAFE_INTEGER, sum: 0, max: 0 };
  const train = LARGE.result.facts.split.sides[0]!;
  const noTest = withFacts({
    split: { sides: [train, { side: 'test', cells: 0, donors: 0, ages: [] }], donors: 38, test_share: 0 },
  });
  const extremes = {
    'one cell without anything': ONE_CELL,
    'no cell in test': noTest,
    'no cell at all': {
      ...withResult({
        cells: { total: 0, kept: 0, empty: 0 },
        expressed: nothing,
        sentence: nothing,
        files: [],
      }),
      histogram: [],
      frequentGenes: [],
    },
    'no columns, files, genes': {
      ...withResult({
        columns: [],
        files: [],
        genes: { total: 0, hgnc: 0, symbol: 0, index: 0, leftOut: 0, repeated: 0 },
      }),
      options: [],
      inputs: [],
    },
  };

  it.each(Object.entries(extremes))('is whole for %s', (_, data) => {
    const report = h5adReport(data);
    expect(report.replace(/<script>[\s\S]*/, '')).not.toMatch(
      /NaN|Infinity|\bnull\b|undefined|\[object|9,?007,?199/,
    );
    const sections = [...report.matchAll(/<section id="([\w-]+)"/g)].map((section) => section[1]);
    expect(sections.filter((id) => id !== 'warnings')).toEqual(SECTIONS);
  });

  it('puts into words what there is none of', () => {
    const text = textOf(h5adReport(ONE_CELL));
    expect(text).toContain('1 of 1 cell became a sentence of 0 genes.');
    expect(text).toContain('Donors – no column tells them');
    expect(text).toContain('The file has no column development_stage , so no cell has an age.');
    expect(text).toContain('Ages No cell has an age.');
    expect(text).toContain('No gene is in any sentence.');
    expect(rowsOf(h5adReport(ONE_CELL), 'donors')).toEqual(['All cells – 1 100.0 % – –']);
    expect(textOf(h5adReport(noTest))).toContain('All are for training, none for testing.');
    expect(rowsOf(h5adReport(noTest), 'donors')[1]).toBe('Test 0 0 0.0 % – –');
  });
});
