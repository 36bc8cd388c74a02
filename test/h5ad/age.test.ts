import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageOfStage } from '../../src/h5ad/age.js';

const units: Record<string, (value: number) => number> = {
  ...Object.fromEntries(['y', 'yr', 'yrs', 'year', 'years'].map((unit) => [unit, (v: number) => v])),
  ...Object.fromEntries(['m', 'mo', 'month', 'months'].map((unit) => [unit, (v: number) => v / 12])),
  ...Object.fromEntries(
    ['w', 'wk', 'wks', 'week', 'weeks'].map((unit) => [unit, (v: number) => (v * 7) / 365.25]),
  ),
  ...Object.fromEntries(['d', 'day', 'days'].map((unit) => [unit, (v: number) => v / 365.25])),
};

/** The same reading by a tokenizer: numbers, words and separators, one after another. */
function ageByTokens(label: string): number {
  const tokens = label.toLowerCase().match(/[0-9]+|[a-z]+|\s+|[^0-9a-z\s]/g) ?? [];
  const isSpace = (token: string | undefined) => token !== undefined && token.trim() === '';
  while (isSpace(tokens[0])) tokens.shift();
  while (isSpace(tokens.at(-1))) tokens.pop();
  const isNumber = (token: string | undefined) => token !== undefined && /^[0-9]+$/.test(token);
  let digits = tokens.shift() ?? '';
  if (!isNumber(digits)) return Number.NaN;
  if (tokens[0] === '.' && isNumber(tokens[1])) digits += tokens.splice(0, 2).join('');
  if (isSpace(tokens[0]) || tokens[0] === '-') tokens.shift();
  const toYears = Object.hasOwn(units, tokens[0] ?? '') ? units[tokens.shift()!]! : undefined;
  if (!toYears) return Number.NaN;
  for (const words of [['old'], ['human', 'mouse'], ['stage']]) {
    const separated = isSpace(tokens[0]) || (words[0] === 'old' && tokens[0] === '-');
    if (separated && words.includes(tokens[1] ?? '')) tokens.splice(0, 2);
  }
  return tokens.length === 0 ? toYears(Number.parseFloat(digits)) : Number.NaN;
}

const ages: [label: string, years: number][] = [
  ['22-year-old stage', 22],
  ['22-year-old human stage', 22],
  ['22.5-year-old', 22.5],
  ['10-month-old stage', 10 / 12],
  ['3 month-old stage', 0.25],
  ['2 weeks', 14 / 365.25],
  ['2-week-old stage', 14 / 365.25],
  ['13-day-old stage', 13 / 365.25],
  ['24m', 2],
  ['24m mouse', 2],
  ['  1  YR\tOLD ', 1],
  ['0 days', 0],
];

const none = [
  '80 year-old and over stage',
  '60-79 year-old stage',
  '15-19 year-old',
  'under-1-year-old human stage',
  '2-5 year-old child stage',
  'child stage (1-4 yo)',
  'newborn stage (0-28 days)',
  'nursing stage (0-11 months)',
  '20-month-old stage and over',
  '3-6 month-old mature stage',
  '3 month-old stage (MmusDv 9)',
  ...Array.from({ length: 23 }, (_, i) => `Carnegie stage ${String(i + 1).padStart(2, '0')}`),
  ...Array.from({ length: 28 }, (_, i) => `Theiler stage ${String(i + 1).padStart(2, '0')}`),
  '9th week post-fertilization stage',
  'adult stage',
  'human adult stage',
  'third decade stage',
  'fetal stage',
  'unknown',
  '',
  'P14',
  '22',
  'year-old stage',
  '-3 years',
  '.5 years',
  '5. years',
  '1e3 years',
  '22--year-old',
  '22-year-old-stage',
];

describe('the age of a development stage', () => {
  it.each(ages)('%j is that many years', (label, years) => {
    expect(ageOfStage(label)).toBe(years);
  });

  it.each(none)('%j states no exact age', (label) => {
    expect(ageOfStage(label)).toBeNaN();
  });

  it('is none where the label is missing', () => {
    expect(ageOfStage(null)).toBeNaN();
  });

  it('is what a tokenizer reads, whatever the label', () => {
    const separator = fc.constantFrom('', ' ', '-', '  ', '\t', '\u00a0', '.');
    const number = fc.oneof(
      fc.nat(120).map(String),
      fc.double({ min: 0.01, max: 99, noNaN: true }).map((v) => v.toFixed(2)),
    );
    const label = fc
      .tuple(
        separator,
        number,
        separator,
        fc.constantFrom(...Object.keys(units), 'Year', 'MONTHS', 'decade', ''),
        fc.constantFrom('', '-old', ' old', '  OLD', 'old', ' older'),
        fc.constantFrom('', ' human', ' Mouse', '-human', ' zebrafish', ' human mouse'),
        fc.constantFrom('', ' stage', ' stages', '-stage', ' stage stage'),
        separator,
      )
      .map((parts) => parts.join(''));
    let stated = 0;
    fc.assert(
      fc.property(fc.oneof({ arbitrary: label, weight: 5 }, fc.string()), (text) => {
        const expected = ageByTokens(text);
        if (!Number.isNaN(expected)) stated++;
        expect(ageOfStage(text), JSON.stringify(text)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
    expect(stated).toBeGreaterThan(100);
  });
});
