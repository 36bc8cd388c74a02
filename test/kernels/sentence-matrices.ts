import fc from 'fast-check';
import type { SentenceRequest } from '../../src/kernels/sentences/types.js';

export interface Stored {
  column: number;
  value: number;
}

/** A matrix as a test writes it: the stored values of each row, in the order of storage. */
export interface Matrix {
  rows: Stored[][];
  tokens: string[];
}

/** What else a request has; the rows are all of them unless given. */
export interface Options {
  rows?: number[];
  top?: number;
  lists?: number[][];
  appearances?: Uint32Array;
  double?: boolean;
}

/** The request of a matrix; tokens that repeat make groups. */
export function requestOf({ rows, tokens }: Matrix, options: Options = {}): SentenceRequest {
  const stored = rows.flat();
  const columns = Int32Array.from(stored, ({ column }) => column);
  const values = stored.map(({ value }) => value);
  const encoded = tokens.map((token) => Buffer.from(token));
  const named = tokens.filter((token) => token !== '');
  const repeats = new Set(named).size < named.length;
  return {
    rowStarts: Uint32Array.from(offsetsOf(rows.map((row) => row.length))),
    columns,
    values: options.double ? Float64Array.from(values) : Float32Array.from(values),
    rows: Uint32Array.from(options.rows ?? rows.keys()),
    tokens: {
      bytes: Uint8Array.from(Buffer.concat(encoded)),
      offsets: Uint32Array.from(offsetsOf(encoded.map((bytes) => bytes.length))),
      groups: repeats ? Uint32Array.from(tokens, (token) => tokens.indexOf(token)) : undefined,
    },
    top: options.top ?? 0,
    lists: (options.lists ?? []).map((list) =>
      Uint8Array.from(tokens, (_, c) => (list.includes(c) ? 1 + (c % 255) : 0)),
    ),
    appearances: options.appearances,
  };
}

function offsetsOf(lengths: number[]): number[] {
  const offsets = [0];
  for (const length of lengths) offsets.push(offsets.at(-1)! + length);
  return offsets;
}

/** Matrices in which all that is special occurs often; `double`: with values that a float of 32 bits cannot hold. */
export function anyMatrix(double: boolean): fc.Arbitrary<Matrix> {
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.nat(4) },
    { weight: 2, arbitrary: fc.nat(3000) },
    { weight: 2, arbitrary: double ? fc.double() : fc.float() },
    { weight: 1, arbitrary: fc.integer({ min: 2 ** 24, max: 2 ** 53 - 1 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(0, -0, -1, Number.NaN, Infinity, -Infinity, 2 ** -149, 2 ** -148, 5e-324),
    },
  );
  const token = fc.oneof(
    { weight: 5, arbitrary: fc.string({ minLength: 1, maxLength: 20 }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('', 'MALAT1', 'β-actin', '基因', 'A'.repeat(15), 'B'.repeat(40)),
    },
  );
  const row = (width: number, sorted: boolean) =>
    fc
      .array(fc.record({ column: fc.nat(width - 1), value }), { maxLength: 80, size: 'max' })
      .map((stored) =>
        sorted ? [...new Map(stored.map((s) => [s.column, s])).values()].sort(byColumn) : stored,
      );
  return fc
    .tuple(fc.array(token, { minLength: 1, maxLength: 60, size: 'max' }), fc.boolean())
    .chain(([tokens, sorted]) =>
      fc.record({
        tokens: fc.constant(tokens),
        rows: fc.array(row(tokens.length, sorted), { minLength: 1, maxLength: 5 }),
      }),
    );
}

function byColumn(a: Stored, b: Stored): number {
  return a.column - b.column;
}

/** Options that fit a matrix. */
export function anyOptions({ rows, tokens }: Matrix): fc.Arbitrary<Options> {
  return fc.record(
    {
      rows: fc.array(fc.nat(rows.length - 1), { maxLength: 8 }),
      top: fc.constantFrom(0, 1, 2, 5, 30, 1000),
      lists: fc.array(fc.array(fc.nat(tokens.length - 1)), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  );
}
