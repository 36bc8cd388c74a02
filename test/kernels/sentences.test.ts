import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SentenceRequest, Sentences, Text } from '../../src/kernels/sentences/types.js';
import { sentenceKernels } from './implementations.js';
import { expectedOf } from './plain-sentences.js';
import { anyMatrix, anyOptions, type Matrix, type Options, requestOf } from './sentence-matrices.js';

function textsOf({ bytes, offsets }: Text): string[] {
  expect(offsets[0]).toBe(0);
  expect(bytes.length).toBe(offsets.at(-1));
  return [...offsets.subarray(1)].map((end, row) =>
    Buffer.from(bytes.subarray(offsets[row], end)).toString(),
  );
}

function readable(found: Sentences, appearances: Uint32Array | undefined) {
  return {
    sentences: textsOf(found.sentences),
    lists: found.lists.map(textsOf),
    expressed: [...found.expressed],
    lengths: [...found.lengths],
    negative: found.negative,
    nan: found.nan,
    appearances: appearances && [...appearances],
  };
}

describe.each(sentenceKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s kernel of cell sentences',
  (_, kernel) => {
    const sentencesOf = (matrix: Matrix, options?: Options) =>
      textsOf(kernel.rank(requestOf(matrix, options)).sentences);
    const row = (...stored: [column: number, value: number][]) =>
      stored.map(([column, value]) => ({ column, value }));

    it.each([false, true])('agrees with the plain definition (values of 64 bits: %s)', (double) => {
      let tokens = 0;
      const cases = anyMatrix(double).chain((matrix) => fc.tuple(fc.constant(matrix), anyOptions(matrix)));
      fc.assert(
        fc.property(cases, ([matrix, options]) => {
          const given = { ...options, double, appearances: new Uint32Array(matrix.tokens.length) };
          const found = kernel.rank(requestOf(matrix, given));
          expect(readable(found, given.appearances)).toEqual(expectedOf(matrix, given));
          for (const length of found.lengths) tokens += length;
        }),
        { numRuns: 300 },
      );
      expect(tokens).toBeGreaterThan(4000);
    });

    it('ranks by falling value and equal values by column', () => {
      const tokens = ['A', 'B', 'C', 'D', 'E'];
      const rows = [row([0, 1], [1, 2], [2, 1], [3, 2], [4, 300]), row([4, 1], [2, 1], [3, 0.5], [0, 0.5])];
      expect(sentencesOf({ rows, tokens })).toEqual(['E B D A C', 'C E A D']);
      expect(sentencesOf({ rows, tokens }, { top: 2, rows: [1, 0, 1] })).toEqual(['C E', 'E B', 'C E']);
    });

    it('ranks infinity first and leaves out whatever is not above 0', () => {
      const tokens = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
      const stored = [3e38, Infinity, Number.NaN, -0, 0, -Infinity, 2 ** -149];
      const rows = [stored.map((value, column) => ({ column, value })), [], row([2, Number.NaN])];
      for (const double of [false, true]) {
        const { sentences, ...rest } = kernel.rank(requestOf({ rows, tokens }, { double }));
        expect(textsOf(sentences)).toEqual(['B A G', '', '']);
        expect(rest).toMatchObject({ negative: 1, nan: 2 });
        expect([...rest.expressed]).toEqual([3, 0, 0]);
      }
    });

    it('tells integers of 64-bit floats apart that one of 32 bits cannot', () => {
      const rows = [row([0, 2 ** 24], [1, 2 ** 24 + 1], [2, 2 ** 53 - 1], [3, 2 ** 53])];
      expect(sentencesOf({ rows, tokens: ['A', 'B', 'C', 'D'] }, { double: true })).toEqual(['D C B A']);
    });

    it('takes the best ranked of the columns with one token, and counts that one', () => {
      const tokens = ['X', 'A', 'X', '', '', 'X'];
      const rows = [row([0, 1], [1, 2], [2, 5], [3, 9], [5, 3]), row([0, 2], [2, 2])];
      const appearances = Uint32Array.of(1, 1, 1, 1, 1, 1);
      const { sentences, lists, expressed, lengths } = kernel.rank(
        requestOf({ rows, tokens }, { lists: [[0], [2, 3]], appearances }),
      );
      expect(textsOf(sentences)).toEqual(['X A', 'X']);
      expect(lists.map(textsOf)).toEqual([
        ['', 'X'],
        ['X', ''],
      ]);
      expect([[...expressed], [...lengths], [...appearances]]).toEqual([
        [5, 2],
        [2, 1],
        [2, 2, 2, 1, 1, 1],
      ]);
    });

    it('gives a list all of its members, whatever the limit of the sentence', () => {
      const tokens = ['A', 'B', 'C', 'D'];
      const rows = [row([0, 1], [1, 4], [2, 3], [3, 2])];
      const { sentences, lists } = kernel.rank(
        requestOf({ rows, tokens }, { top: 1, lists: [[3, 0, 2], []] }),
      );
      expect([textsOf(sentences), ...lists.map(textsOf)]).toEqual([['B'], ['C D A'], ['']]);
    });

    it('ranks long rows of every distribution like a sort does', () => {
      const width = 6000;
      const tokens = Array.from({ length: width }, (_, c) =>
        c % 11 === 0 ? '' : `G${c * (c % 5 === 0 ? 1e9 : 1)}`,
      );
      let state = 1;
      const random = () => {
        state = (state * 48271) % 2147483647;
        return state / 2147483647;
      };
      const distributions: ((i: number) => number)[] = [
        () => Math.floor(1 / random()),
        () => Math.log1p(Math.floor(1 / random()) * 1.618),
        () => random(),
        () => 1 + random() * 1e-5,
        (i) => (i === 7 ? 1e30 : random() * 1e-5),
        (i) => (i % 2 === 0 ? random() : 1e-42 * i),
        () => 1,
        (i) => i + 1,
        (i) => 1 / (i + 1),
        (i) => 2 ** ((i % 250) - 120),
        (i) => 1e300 * random() ** (i % 9),
      ];
      const plain = distributions.map((value) => {
        const columns = Array.from({ length: width }, (_, c) => c).filter(() => random() < 0.5);
        return columns.map((column, i) => ({ column, value: value(i) }));
      });
      const shuffled = plain.map((stored) => stored.map((s) => ({ s, at: random() })));
      const unsorted = shuffled.map((stored) => stored.sort((a, b) => a.at - b.at).map(({ s }) => s));
      for (const rows of [plain, unsorted]) {
        for (const options of [{ top: 0 }, { top: 100 }, { top: 2000, double: true }]) {
          const found = sentencesOf({ rows, tokens }, options);
          const { sentences } = expectedOf({ rows, tokens }, options);
          expect(found.map((text) => text.length > 300)).not.toContain(false);
          expect(found).toEqual(sentences);
        }
      }
    });

    it('writes texts that grow or shrink on the way, without much memory to spare', () => {
      const width = 400;
      const tokens = Array.from({ length: width }, (_, c) => (c < 200 ? `${c}` : `${c}`.repeat(20)));
      const short = row(...Array.from({ length: 200 }, (_, c) => [c, 1 + (c % 3)] as [number, number]));
      const long = short.map(({ column, value }) => ({ column: column + 200, value }));
      for (const [first, second] of [
        [short, long],
        [long, short],
      ]) {
        const rows = Array.from({ length: 600 }, (_, i) => (i < 400 ? first! : second!));
        const { sentences } = kernel.rank(requestOf({ rows, tokens }));
        expect(textsOf(sentences)).toEqual(expectedOf({ rows, tokens }, {}).sentences);
        expect(sentences.bytes.length).toBeGreaterThan(2 ** 21);
        expect(sentences.bytes.buffer.byteLength).toBeLessThan(1.25 * sentences.bytes.length);
      }
    });

    it('gives arrays in memory of their own', () => {
      const rows = [row([0, 1])];
      const request = requestOf({ rows, tokens: ['A'] }, { lists: [[0]] });
      const { sentences, lists, expressed, lengths } = kernel.rank(request);
      const buffers = [sentences, ...lists].flatMap(({ bytes, offsets }) => [bytes.buffer, offsets.buffer]);
      buffers.push(expressed.buffer, lengths.buffer);
      expect(new Set(buffers).size).toBe(6);
      const copy = structuredClone(sentences, { transfer: buffers });
      expect(textsOf(copy)).toEqual(['A']);
      expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0, 0, 0]);
    });

    it('makes nothing of no rows, no columns and no values', () => {
      expect(sentencesOf({ rows: [[]], tokens: [] })).toEqual(['']);
      expect(sentencesOf({ rows: [], tokens: ['A'] })).toEqual([]);
      expect(sentencesOf({ rows: [row([0, 1])], tokens: ['A'] }, { rows: [] })).toEqual([]);
    });

    describe('refuses', () => {
      const good = () => requestOf({ rows: [row([0, 1], [1, 2]), row([1, 3])], tokens: ['A', 'B', 'A'] });
      const refuse = (change: Partial<SentenceRequest>, error: new () => Error) => {
        expect(() => kernel.rank({ ...good(), ...change })).toThrow(error);
        kernel.rank(good());
      };
      const u32 = (...items: number[]) => Uint32Array.from(items);

      it.each([-1, 3, 2 ** 31 - 1, -(2 ** 31)])('column %d of 3', (column) =>
        refuse({ columns: Int32Array.of(0, column, 1) }, RangeError),
      );

      it.each([[[]], [[0, 2, 1]], [[0, 2, 4]], [[3, 2, 3]], [[0, 2 ** 32 - 1, 3]]])(
        'rows that start at %j',
        (starts) => refuse({ rowStarts: u32(...starts) }, RangeError),
      );

      it('rows that do not exist and arrays that differ in length', () => {
        refuse({ rows: u32(0, 2) }, RangeError);
        refuse({ rows: u32(2 ** 32 - 1) }, RangeError);
        refuse({ values: Float32Array.of(1, 2) }, RangeError);
        refuse({ values: Float32Array.of(1, 2, 3, 4) }, RangeError);
        refuse({ lists: [Uint8Array.of(1, 1)] }, RangeError);
        refuse({ lists: [Uint8Array.of(1, 1, 1), Uint8Array.of(1, 1, 1, 1)] }, RangeError);
        refuse({ appearances: u32(0, 0) }, RangeError);
        refuse({ appearances: u32(0, 0, 0, 0) }, RangeError);
      });

      it('tokens that lead out of their bytes, and groups that are none', () => {
        const { tokens } = good();
        for (const offsets of [u32(), u32(0, 1, 2, 4), u32(0, 2, 1, 3), u32(4, 4, 4, 4)]) {
          refuse({ tokens: { ...tokens, offsets } }, RangeError);
        }
        for (const groups of [u32(), u32(0, 1), u32(0, 1, 3), u32(0, 1, 2, 2)]) {
          refuse({ tokens: { ...tokens, groups } }, RangeError);
        }
      });

      it('arrays of another type', () => {
        const { tokens } = good();
        refuse({ rowStarts: Int32Array.of(0, 2, 3) as never }, TypeError);
        refuse({ columns: u32(0, 1, 1) as never }, TypeError);
        refuse({ values: Int32Array.of(1, 2, 3) as never }, TypeError);
        refuse({ values: [1, 2, 3] as never }, TypeError);
        refuse({ rows: [0, 1] as never }, TypeError);
        refuse({ tokens: { ...tokens, bytes: 'ABA' as never } }, TypeError);
        refuse({ tokens: { ...tokens, offsets: Int32Array.of(0, 1, 2, 3) as never } }, TypeError);
        refuse({ tokens: { ...tokens, groups: Int32Array.of(0, 1, 0) as never } }, TypeError);
        refuse({ lists: 1 as never }, TypeError);
        refuse({ lists: [u32(1, 1, 1) as never] }, TypeError);
        refuse({ appearances: new Float64Array(3) as never }, TypeError);
        for (const top of [-1, 1.5, Number.NaN, '3' as never]) refuse({ top }, TypeError);
      });
    });
  },
);

it('the kernels of cell sentences give identical bytes', () => {
  const [reference, ...others] = sentenceKernels;
  const cases = anyMatrix(true).chain((matrix) => fc.tuple(fc.constant(matrix), anyOptions(matrix)));
  let bytes = 0;
  fc.assert(
    fc.property(cases, ([matrix, options]) => {
      const request = requestOf(matrix, { ...options, double: true });
      const expected = reference!.rank(request);
      for (const kernel of others) expect(kernel.rank(request)).toEqual(expected);
      bytes += expected.sentences.bytes.length;
    }),
    { numRuns: 200 },
  );
  expect(bytes).toBeGreaterThan(1000);
});
