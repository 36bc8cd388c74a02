import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, defaultConfig, presets, type RunConfig } from '../../src/pcr/config/columns.js';
import { readConfig, readValue } from '../../src/pcr/config/values.js';

const column = (name: keyof RunConfig) => columns.find((each) => each.name === name)!;
const read = (name: keyof RunConfig, raw: unknown) => readValue(column(name), raw);

describe('the table of settings', () => {
  test('names every setting once, each with a default that it takes itself', () => {
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
    expect(Object.keys(defaultConfig())).toEqual(columns.map(({ name }) => name));
    for (const each of columns) expect(readValue(each, each.default)).toEqual({ value: each.default });
  });

  test('has the defaults of the recommended preset', () => {
    expect(defaultConfig()).toMatchObject(presets.recommended);
    for (const preset of Object.values(presets))
      expect(readConfig(preset)).toEqual({ values: preset, problems: [] });
  });
});

describe('a value', () => {
  test.each([
    ['r1_seq', 'acgu', 'ACGT'],
    ['r1_seq', ' ACGTRYSWKMBDHVN ', 'ACGTRYSWKMBDHVN'],
    ['r1_seq', '', null],
    ['r1_error_rate', '0.3', 0.3],
    ['r1_error_rate', '0', 0],
    ['r1_error_rate', 0.999, 0.999],
    ['r1_trim_leading_trailing', '-500', -500],
    ['r1_trim_leading_trailing', '-0', 0],
    ['r1_anchored', 'YES', true],
    ['r1_anchored', '0', false],
    ['r1_anchored', true, true],
    ['r2_pair_filter', 'first', 'first'],
    ['promoter_left', '10000000', 10_000_000],
    ['genome', 'GRCh38', 'GRCh38'],
    ['genome_tar_url', 'https://example.org/g.tar.gz#sha256=00', 'https://example.org/g.tar.gz#sha256=00'],
    ['umi_pattern', 'nnxx', 'NNXX'],
    ['vector_contig', '', null],
  ] as [keyof RunConfig, unknown, unknown][])('%s takes %j as %j', (name, raw, value) => {
    expect(read(name, raw)).toEqual({ value });
  });

  test.each([
    // cutadapt reads 30 as thirty mismatches, and the rest as its own syntax.
    ['r1_error_rate', '30'],
    ['r1_error_rate', '1'],
    ['r1_error_rate', '-0.1'],
    ['r1_error_rate', '0x1'],
    ['r1_error_rate', 'abc'],
    ['r1_error_rate', '1e-9999'],
    ['r1_seq', 'file:/etc/passwd'],
    ['r1_seq', 'ACGT;min_overlap=3'],
    ['r1_seq', 'ACGT...ACGT'],
    ['r1_seq', 'A{20}'],
    ['r1_seq', 'ACGT$'],
    ['r1_seq', '^ACGT'],
    ['r1_seq', '-o'],
    ['r1_seq', '$(id)'],
    ['r1_seq', 'A'.repeat(201)],
    ['r1_seq', ['ACGT']],
    ['r1_seq', { a: 1 }],
    ['r1_min_overlap', '0'],
    ['r1_min_overlap', '201'],
    ['r1_min_overlap', '5.0'],
    ['r1_min_overlap', ''],
    ['r1_anchored', 'maybe'],
    ['r1_pair_filter', 'none'],
    ['genome', '../etc'],
    ['genome', '-o'],
    ['genome', 'a/b'],
    ['genome_tar_url', 'http://example.org/g.tar.gz'],
    ['genome_tar_url', 'https://user:secret@example.org/g.tar.gz'],
    ['genome_tar_url', 'file:///etc/passwd'],
    ['umi_pattern', 'XXXX'],
    ['umi_pattern', 'N'.repeat(33)],
    ['umi_read', 'r3'],
    ['vector_contig', 'two words'],
  ] as [keyof RunConfig, unknown][])('%s refuses %j', (name, raw) => {
    expect(read(name, raw)).toEqual({
      message: expect.stringMatching(/^found .*, expected |^found an? .*expected /),
    });
  });

  test('that is refused is shown in short, without control characters', () => {
    const { message } = read('genome', `x\n\u0007${'y'.repeat(500)}`) as { message: string };
    expect(message.length).toBeLessThan(150);
    expect([...message].every((letter) => letter >= ' ')).toBe(true);
  });

  test('of any kind is taken or refused, never thrown at, and what is taken is taken again', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.anything(),
    );
    let taken = 0;
    fc.assert(
      fc.property(fc.constantFrom(...columns), anything, (each, raw) => {
        const first = readValue(each, raw);
        if ('message' in first) return;
        taken += 1;
        expect(readValue(each, first.value)).toEqual(first);
        if (typeof first.value === 'string') expect(first.value).toMatch(/^[^-\s][^\s]*$/);
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});

test('all problems are told at once', () => {
  const { values, problems } = readConfig({
    r1_seq: 'ACGT',
    r1_error_rate: 'x',
    color: 'red',
    genome: '../x',
  });
  expect(values).toEqual({ r1_seq: 'ACGT' });
  expect(problems.map(({ field }) => field)).toEqual(['r1_error_rate', 'color', 'genome']);
});
