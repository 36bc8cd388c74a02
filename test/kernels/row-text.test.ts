import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowColumn, RowStyle, RowTextKernel } from '../../src/kernels/row-text/types.js';
import { rowTextKernels } from './implementations.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const tsv: RowStyle = {
  before: [],
  after: bytesOf('\n'),
  nothing: bytesOf(''),
  escaping: 'spaces',
  nonFinite: true,
};

function textColumn(strings: (string | null)[]): RowColumn {
  const pieces = strings.map((text) => Buffer.from(text ?? ''));
  const offsets = new Uint32Array(strings.length + 1);
  const validity = new Uint8Array((strings.length + 7) >> 3);
  strings.forEach((text, i) => {
    offsets[i + 1] = offsets[i]! + pieces[i]!.length;
    if (text !== null) validity[i >> 3]! |= 1 << (i & 7);
  });
  return { type: 'utf8', data: { bytes: Buffer.concat(pieces), offsets, validity } };
}

/** The lines of one column of numbers. */
function lines(kernel: RowTextKernel, column: RowColumn, rows: number): string[] {
  const text = Buffer.from(kernel.encode({ ...tsv, before: [bytesOf('')] }, [column], rows)).toString();
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

function checkDoubles(kernel: RowTextKernel, values: number[]): void {
  const column: RowColumn = { type: 'float64', data: Float64Array.from(values), nullable: false };
  expect(lines(kernel, column, values.length)).toEqual(values.map(String));
}

/** A double and its neighbours on both sides. */
function around(value: number): number[] {
  const [double, bits] = [new Float64Array([value]), new BigInt64Array(1)];
  new Uint8Array(bits.buffer).set(new Uint8Array(double.buffer));
  const near = BigInt64Array.of(bits[0]! - 1n, bits[0]!, bits[0]! + 1n);
  return [...new Float64Array(near.buffer)];
}

describe.each(rowTextKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s row text kernel',
  (_, kernel) => {
    it('writes doubles of any bits as String does', () => {
      const anyBits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
      fc.assert(
        fc.property(fc.array(anyBits, { minLength: 200, maxLength: 200 }), (bits) => {
          checkDoubles(kernel, [...new Float64Array(BigUint64Array.from(bits).buffer)]);
        }),
      );
    });

    it('writes doubles around powers of ten and of two, halves and small quotients as String does', () => {
      const tens = Array.from({ length: 640 }, (_, i) => Number(`1e${i - 330}`));
      const twos = Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074));
      const quotients = Array.from({ length: 3000 }, (_, i) => (1 + (i % 97)) / (1 + (i % 89)));
      const halves = Array.from({ length: 60 }, (_, i) => [i + 0.5, 2 ** i + 0.5, 2 ** 53 + 2 * i]).flat();
      const special = [0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 2.2250738585072014e-308];
      const values = [...tens.filter((ten) => ten > 0), ...twos].flatMap(around).concat(quotients, halves);
      expect(values.length).toBeGreaterThan(10_000);
      checkDoubles(kernel, [...values, ...values.map((value) => -value), ...special]);
    });

    it('writes integers in full at every power of ten and of two', () => {
      const powers = [...Array(20).keys()].map((i) => 10n ** BigInt(i));
      const twos = [...Array(65).keys()].map((i) => 2n ** BigInt(i));
      const near = [...powers, ...twos].flatMap((power) => [power - 1n, power, power + 1n]);
      const values = near.filter((value) => value < 2n ** 64n);
      expect(values.length).toBeGreaterThan(200);
      const wide: RowColumn = { type: 'uint64', data: BigUint64Array.from(values) };
      expect(lines(kernel, wide, values.length)).toEqual(values.map(String));
      const narrow = values.filter((value) => value < 2n ** 32n).map(Number);
      const column: RowColumn = { type: 'uint32', data: Uint32Array.from(narrow) };
      expect(lines(kernel, column, narrow.length)).toEqual(narrow.map(String));
    });

    it('puts the pieces of a style around values and nulls', () => {
      const style: RowStyle = {
        before: [bytesOf('<'), bytesOf('|'), bytesOf('; ')],
        after: bytesOf('>'),
        nothing: bytesOf('(nothing at all, in more bytes than a number)'),
        escaping: 'json',
        nonFinite: false,
      };
      const columns: RowColumn[] = [
        textColumn(['a"\\\u0001\n', null]),
        { type: 'float64', data: Float64Array.of(Number.NEGATIVE_INFINITY, 1.5), nullable: false },
        { type: 'float64', data: Float64Array.of(-0, Number.NaN), nullable: true },
      ];
      const nothing = '(nothing at all, in more bytes than a number)';
      const text = Buffer.from(kernel.encode(style, columns, 2)).toString();
      expect(text).toBe(`<"a\\"\\\\\\u0001\\n"|${nothing}; 0><${nothing}|1.5; ${nothing}>`);
      expect(kernel.encode(style, columns, 0).length).toBe(0);
      expect(Buffer.from(kernel.encode({ ...style, before: [] }, [], 3)).toString()).toBe('>>>');
    });

    it('refuses columns that are too short or lead out of their bytes', () => {
      const style = { ...tsv, before: [bytesOf('')] };
      const bytes = bytesOf('abc');
      const bad: RowColumn[] = [
        { type: 'uint32', data: new Uint32Array(1) },
        { type: 'uint64', data: new BigUint64Array(0) },
        { type: 'float64', data: new Float64Array(1), nullable: true },
        { type: 'utf8', data: { bytes, offsets: Uint32Array.of(0, 3) } },
        { type: 'utf8', data: { bytes, offsets: Uint32Array.of(0, 3, 4) } },
        { type: 'utf8', data: { bytes, offsets: Uint32Array.of(0, 3, 2) } },
      ];
      for (const column of bad) expect(() => kernel.encode(style, [column], 2)).toThrow(RangeError);
      const offsets = new Uint32Array(10);
      const short: RowColumn = { type: 'utf8', data: { bytes, offsets, validity: new Uint8Array(1) } };
      expect(() => kernel.encode(style, [short], 9)).toThrow(RangeError);
    });
  },
);

it('the row text kernels write the same bytes for any text, in every escaping', () => {
  const awkward = fc.string({
    unit: fc.constantFrom('a', '\t', '\n', '\r', '"', ',', '\\', ' ', '\0', '\x1f', '\x7f', 'é', '🧬'),
  });
  const strings = fc.array(fc.option(awkward), { minLength: 1, maxLength: 40 });
  const [reference, ...others] = rowTextKernels;
  let written = 0;
  fc.assert(
    fc.property(strings, fc.constantFrom('spaces', 'quotes', 'json'), (values, escaping) => {
      const style = { ...tsv, escaping, before: [bytesOf(''), bytesOf('\t')] } satisfies RowStyle;
      const numbers: RowColumn = { type: 'uint32', data: Uint32Array.from(values.keys()) };
      const columns = [textColumn(values), numbers];
      const expected = reference!.encode(style, columns, values.length);
      for (const kernel of others) expect(kernel.encode(style, columns, values.length)).toEqual(expected);
      written += expected.length;
    }),
    { numRuns: 500 },
  );
  expect(written).toBeGreaterThan(1000);
});
