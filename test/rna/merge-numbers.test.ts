import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNumber, putNumber } from '../../src/rna/merge/number-text.js';
import { python } from './merge-setup.js';

function parse(text: string) {
  const into = { value: 0, whole: false };
  const bytes = Buffer.from(`9${text}9`);
  parseNumber(bytes, 1, bytes.length - 1, into);
  return into;
}

function put(value: number, whole = false): string {
  const bytes = Buffer.alloc(64);
  return bytes.toString('latin1', 3, putNumber(bytes, 3, value, whole));
}

const amount = fc.double({ min: 0, max: 1e300, noNaN: true, noDefaultInfinity: true });
/** Six significant digits, as kallisto writes. */
const six = fc
  .tuple(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: -25, max: 12 }))
  .map(([digits, exponent]) => Number(`${digits}e${exponent}`));

test('numbers read as JavaScript reads them', () => {
  const forms = fc.tuple(
    fc.oneof(amount, six),
    fc.integer({ min: 1, max: 21 }),
    fc.integer({ min: 0, max: 3 }),
  );
  fc.assert(
    fc.property(forms, ([value, digits, form]) => {
      const texts = [`${value}`, value.toExponential(), value.toPrecision(digits), value.toFixed(digits - 1)];
      expect(parse(texts[form]!).value).toBe(Number(texts[form]));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['12', 12, true],
  ['0', 0, true],
  ['12.0', 12, false],
  ['1e+06', 1e6, false],
  ['1.72353e-06', 1.72353e-6, false],
  ['.5', 0.5, false],
  ['5.', 5, false],
  ['100000000000000000000000000000', 1e29, true],
  ['0.00000000000000000000000000012', 1.2e-28, false],
])('%s is read', (text, value, whole) => {
  expect(parse(text)).toEqual({ value, whole });
});

test.each(['', '-nan', 'nan', 'inf', '1e999', '1,5', '0x10', '1.2.3', '--1', ' 1', '1 ', '.', 'e5'])(
  '%j is no number',
  (text) => {
    expect(parse(text).value).toBeNaN();
  },
);

test('what is written reads back the same, in as few digits as JavaScript needs', () => {
  const digitsOf = (text: string) =>
    text.replace(/e.*/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
  fc.assert(
    fc.property(fc.oneof(amount, six), (value) => {
      expect(Number(put(value))).toBe(value);
      expect(digitsOf(put(value))).toBe(digitsOf(value.toExponential()));
    }),
    { numRuns: 5000 },
  );
});

test('a column of integers has no points', () => {
  expect([0, 7, 1_000_000, 2 ** 31, 999_999_999_999_999, 2 ** 60].map((value) => put(value, true))).toEqual([
    '0',
    '7',
    '1000000',
    '2147483648',
    '999999999999999',
    '1152921504606846976',
  ]);
});

describe.skipIf(!python)('Python', () => {
  test('writes the same numbers', () => {
    const random = fc.sample(fc.oneof(amount, six), { numRuns: 3000, seed: 7 });
    const edges = [
      0,
      1,
      1e-4,
      9.9999e-5,
      1e15,
      1e16,
      9999999999999998,
      1e22,
      123456,
      0.1 + 0.2,
      1e-7,
      5e-324,
    ];
    const values = [...edges, ...random];
    // As eight bytes each, so that no parser stands between.
    const bytes = Buffer.from(Float64Array.from(values).buffer);
    const code =
      'import sys, array\na = array.array("d"); a.frombytes(sys.stdin.buffer.read())\nprint("\\n".join(map(repr, a)))';
    const theirs = execFileSync(python!, ['-c', code], { input: bytes, encoding: 'utf8' });
    expect(values.map((value) => put(value))).toEqual(theirs.trimEnd().split('\n'));
  });
});
