import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatChunks, sliceChunk } from '../../../src/formats/table/chunks.js';
import { checkedColumns, matrixColumns } from '../../../src/formats/table/columns.js';
import { encodeChunk } from '../../../src/formats/table/encode.js';
import { type PartSchema, type TableChunk, tableFormats } from '../../../src/formats/table/table.js';
import { stringsFromUtf8 } from '../../../src/formats/table/utf8.js';
import { chunkOf, cut, edges, manyRows, type Row, schema, temporaryFolder, writeChunks } from './sample.js';

const withList: PartSchema = [...schema, { name: 'counts', type: 'uint32list', width: 3, nullable: false }];

function listChunk(rows: Row[], first: number): TableChunk {
  const chunk = chunkOf(rows);
  return {
    ...chunk,
    columns: [...chunk.columns, Uint32Array.from({ length: 3 * rows.length }, (_, i) => 3 * first + i)],
  };
}

/** The same rows in chunks of `rows` rows, each joined from slices of those given. */
function regroup(schema: PartSchema, chunks: TableChunk[], rows: number): TableChunk[] {
  const total = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  return cut(Array.from({ length: total }), rows).map((group, i) => {
    let first = 0;
    const slices = chunks.flatMap((chunk) => {
      const start = Math.max(i * rows - first, 0);
      const end = Math.min(i * rows + group.length - first, chunk.rows);
      first += chunk.rows;
      return start < end ? [sliceChunk(schema, chunk, start, end)] : [];
    });
    return concatChunks(schema, slices);
  });
}

/** A chunk as plain values, whatever the form of its columns. */
function plain(chunk: TableChunk): unknown[] {
  return checkedColumns(withList, chunk).map(({ type, data }) =>
    type === 'utf8' ? stringsFromUtf8(data) : [...data],
  );
}

test('rows that are cut, sliced and joined stay the same rows', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 12 }), async (lengths, rowsPerChunk) => {
      const rows = manyRows(lengths.reduce((sum, length) => sum + length, 0));
      let at = 0;
      const chunks = lengths.map((length) => {
        at += length;
        return listChunk(rows.slice(at - length, at), at - length);
      });
      const found = regroup(withList, chunks, rowsPerChunk);
      expect(found.map((chunk) => chunk.rows)).toEqual(cut(rows, rowsPerChunk).map((piece) => piece.length));
      const whole = found.length === 0 ? listChunk([], 0) : concatChunks(withList, found);
      expect(plain(whole)).toEqual(plain(listChunk(rows, 0)));
    }),
  );
});

test('a slice of a slice with nulls is the slice of the rows', () => {
  const whole = concatChunks(withList, [listChunk(manyRows(40), 0), listChunk([], 40)]);
  const slice = sliceChunk(withList, sliceChunk(withList, whole, 3, 37), 2, 21);
  const expected = listChunk(manyRows(40).slice(5, 24), 5);
  expect(plain(slice)).toEqual(plain(expected));
});

test.each(tableFormats)('a %s file has the same bytes however its rows arrived', async (format) => {
  const folder = temporaryFolder();
  const rows = manyRows(500);
  const files: Buffer[] = [];
  for (const size of [500, 64, 7]) {
    const chunks = regroup(schema, cut(rows, size).map(chunkOf), 200);
    expect(chunks.map((chunk) => chunk.rows)).toEqual([200, 200, 100]);
    const file = path.join(folder, `${size}.${format}`);
    await writeChunks(format, schema, chunks, file);
    files.push(readFileSync(file));
  }
  expect(files[1]!.equals(files[0]!)).toBe(true);
  expect(files[2]!.equals(files[0]!)).toBe(true);
});

test.each(tableFormats)(
  'a %s chunk is the same after others, alone and handed to another thread',
  async (format) => {
    const chunk = chunkOf(edges);
    const first = await encodeChunk(format, schema, chunk);
    await encodeChunk(format, schema, chunkOf(manyRows(50)));
    const second = await encodeChunk(format, schema, chunk);
    expect(second).toEqual(first);
    const handed = structuredClone(second, { transfer: [second.bytes.buffer] });
    expect(second.bytes.length).toBe(0);
    expect(handed).toEqual(first);
  },
);

test('the columns of a matrix are its columns', () => {
  const rows = 150;
  const matrix = Uint32Array.from({ length: rows * 7 }, (_, i) => i);
  const columns = matrixColumns(matrix, rows, 7);
  const expected = Array.from({ length: 7 }, (_, c) => Array.from({ length: rows }, (_, r) => r * 7 + c));
  expect(columns.map((column) => [...column])).toEqual(expected);
});

test('exact doubles are written as uint64 like big integers', async () => {
  const lengths = [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53];
  const columns = [{ name: 'length', type: 'uint64', nullable: false }] as const;
  for (const format of tableFormats) {
    const doubles = await encodeChunk(format, columns, { rows: 6, columns: [Float64Array.from(lengths)] });
    const integers = await encodeChunk(format, columns, {
      rows: 6,
      columns: [BigUint64Array.from(lengths, BigInt)],
    });
    expect(doubles).toEqual(integers);
  }
});

test.each([
  ['a fraction as uint64', 'uint64', Float64Array.of(1.5)],
  ['a negative uint64', 'uint64', Float64Array.of(-1)],
  ['NaN as uint64', 'uint64', Float64Array.of(Number.NaN)],
  ['doubles for uint32', 'uint32', Float64Array.of(1)],
  ['null in a column without nulls', 'utf8', [null]],
  ['too few values', 'float64', new Float64Array(0)],
  ['offsets beyond the text', 'utf8', { bytes: new Uint8Array(2), offsets: Uint32Array.of(0, 3) }],
] as const)('%s is refused with the name of the column', async (_, type, data) => {
  const columns = [{ name: 'odd', type, nullable: false }];
  for (const format of tableFormats) {
    await expect(encodeChunk(format, columns, { rows: 1, columns: [data] })).rejects.toMatchObject({
      code: 'GTK_INTERNAL',
      message: expect.stringContaining('column odd'),
    });
  }
});
