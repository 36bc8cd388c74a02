import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAssembler, encodeChunk } from '../../../src/formats/table/encode.js';
import {
  type ParquetChunk,
  type ParquetColumnData,
  type ParquetColumnSpec,
  type ParquetSchema,
  parquetCodecs,
  type TableChunk,
  type TableSchema,
} from '../../../src/formats/table/table.js';
import { utf8FromStrings } from '../../../src/formats/table/utf8.js';
import {
  duckdb,
  everyType,
  everyTypeRows,
  hyparquet,
  hyparquetFile,
  parquetChunk,
  polars,
  typeNames,
  type Value,
  values,
  writeParquet,
} from './parquet-sample.js';
import { cut } from './sample.js';

const typesOf = (program: 'duckdb' | 'polars') => everyType.map(({ type }) => typeNames[program][type]);

/** Row by row, since a difference between large arrays takes minutes to print. */
function expectRows(found: Value[][], expected: Value[][]) {
  expect(found.length).toBe(expected.length);
  for (const [i, row] of expected.entries()) {
    if (!row.every((value, c) => Object.is(value, found[i]![c]))) expect([i, found[i]]).toEqual([i, row]);
  }
}

async function expectReadable(schema: ParquetSchema, rows: Value[][], file: string) {
  const [fromDuckdb, fromPolars] = [await duckdb(`from read_parquet('${file}')`), polars(file)];
  expect(fromDuckdb.types).toEqual(schema.map(({ type }) => typeNames.duckdb[type]));
  expect(fromPolars.types).toEqual(schema.map(({ type }) => typeNames.polars[type]));
  expectRows(fromDuckdb.rows, rows);
  expectRows(fromPolars.rows, rows);
  expectRows(await hyparquetFile(file), rows);
}

const allNull = (count: number) =>
  everyTypeRows(count).map((row) => row.map((value, i) => (everyType[i]!.nullable ? null : value)));
const oneValue = (count: number) => Array.from({ length: count }, () => everyTypeRows(1)[0]!);

describe.each(parquetCodecs)('compressed with %s', (compression) => {
  test.each([
    ['one row', everyTypeRows(1), 1],
    ['row groups of one row', everyTypeRows(9), 1],
    ['uneven row groups', everyTypeRows(1000), 301],
    ['nothing but nulls', allNull(100), 64],
    ['one and the same row', oneValue(200), 199],
  ])('%s: DuckDB, polars and hyparquet read every type, value and null', async (_, rows, rowsPerGroup) => {
    const file = await writeParquet(everyType, rows, rowsPerGroup, { compression });
    await expectReadable(everyType, rows, file);
  });

  test('texts longer than a page are read back, as text and as dictionary', async () => {
    const schema = everyType.slice(0, 4);
    const long = ['ACGT☃ '.repeat(250_000), 'x'.repeat(1 << 20), '', 'y'.repeat((1 << 20) - 4), 'short'];
    const rows = long.map((text, i): Value[] => [text, i === 1 ? null : text, text, i === 1 ? null : text]);
    const file = await writeParquet(schema, rows, 10, { compression });
    await expectReadable(schema, rows, file);
  });

  test('a table without rows is readable', async () => {
    const file = await writeParquet(everyType, [], 10, { compression });
    expect(await duckdb(`from read_parquet('${file}')`)).toEqual({ types: typesOf('duckdb'), rows: [] });
    expect(polars(file)).toEqual({ types: typesOf('polars'), rows: [] });
  });

  test('the same rows have the same bytes, whatever was encoded before', async () => {
    const chunk = parquetChunk(everyType, everyTypeRows(400));
    const first = await encodeChunk('parquet', everyType, chunk, { compression });
    await encodeChunk('parquet', everyType, parquetChunk(everyType, everyTypeRows(3000)), { compression });
    const second = await encodeChunk('parquet', everyType, chunk, { compression });
    expect(first.bytes.length).toBeGreaterThan(1000);
    expect(second).toEqual(first);
  });
});

test('100,000 rows of every type in one row group are read back', async () => {
  const rows = everyTypeRows(100_000);
  await expectReadable(everyType, rows, await writeParquet(everyType, rows, rows.length));
});

test('a dictionary of more than 2^16 values, over several pages, is read back', async () => {
  const schema = everyType.slice(2, 6);
  const rows = Array.from({ length: 150_000 }, (_, i): Value[] => {
    const value = `value ${(i * 7919) % 70_001}`;
    return [value, i % 3 === 0 ? null : value, BigInt(i) ** 3n, i % 5 === 0 ? null : -BigInt(i)];
  });
  expect(new Set(rows.map((row) => row[0])).size).toBe(70_001);
  const file = await writeParquet(schema, rows, rows.length);
  await expectReadable(schema, rows, file);
});

const cell = {
  utf8: fc.oneof(fc.constantFrom(...values.utf8), fc.string({ unit: 'grapheme' })),
  int64: fc.oneof(fc.constantFrom(...values.int64), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  boolean: fc.boolean(),
  float64: fc.double({ noNaN: true }),
  uint32: fc.nat({ max: 2 ** 32 - 1 }),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
};
const row = fc.tuple(
  ...everyType.map(
    ({ type, nullable }): fc.Arbitrary<Value> => (nullable ? fc.option<Value>(cell[type]) : cell[type]),
  ),
);
/** Runs of the same row, as sorted tables have them. */
const table = fc
  .array(fc.tuple(row, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 }))), { maxLength: 30 })
  .map((runs) => runs.flatMap(([values, times]) => Array.from({ length: times }, () => values as Value[])));

test('any table in any row groups and any codec is read back by hyparquet', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom(...parquetCodecs),
      async (rows, rowsPerGroup, compression) => {
        const assembler = await createAssembler('parquet', everyType);
        const pieces = [assembler.head()];
        let offset = pieces[0]!.length;
        for (const group of cut(rows, rowsPerGroup)) {
          const chunk = await encodeChunk('parquet', everyType, parquetChunk(everyType, group), {
            compression,
          });
          pieces.push(...assembler.place(chunk, offset));
          offset += chunk.bytes.length;
        }
        pieces.push(assembler.tail(offset));
        expectRows(await hyparquet(Buffer.concat(pieces)), rows);
      },
    ),
  );
});

test('any table is read back by DuckDB and polars', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom(...parquetCodecs), async (rows, compression) => {
      await expectReadable(everyType, rows, await writeParquet(everyType, rows, 100, { compression }));
    }),
    { numRuns: 25 },
  );
});

test('text that its producer vouches for is the same file as text that was looked at', async () => {
  const schema = everyType.slice(0, 1);
  const text = Buffer.from('aü☃');
  const data = { bytes: new Uint8Array(text), offsets: Uint32Array.of(0, 1, 3, 6) };
  const looked = await encodeChunk('parquet', schema, { rows: 3, columns: [data] });
  const vouched = await encodeChunk('parquet', schema, { rows: 3, columns: [{ ...data, wellFormed: true }] });
  expect(vouched).toEqual(looked);
});

/** A table of one row group, as hyparquet reads it. */
async function readChunk(schema: ParquetSchema, chunk: ParquetChunk): Promise<Value[][]> {
  const assembler = await createAssembler('parquet', schema);
  const encoded = await encodeChunk('parquet', schema, chunk);
  const head = assembler.head();
  const pieces = assembler.place(encoded, head.length);
  return hyparquet(Buffer.concat([head, ...pieces, assembler.tail(head.length + encoded.bytes.length)]));
}

test('two rows between which a character is cut are each made UTF-8', async () => {
  const data = { bytes: Uint8Array.of(0x61, 0xc3, 0xbc), offsets: Uint32Array.of(0, 2, 3) };
  expect(await readChunk(everyType.slice(0, 1), { rows: 2, columns: [data] })).toEqual([
    ['a\ufffd'],
    ['\ufffd'],
  ]);
});

test('a value of a dictionary that is no UTF-8 is made so', async () => {
  const dictionary = { bytes: Uint8Array.of(0x6d, 0xfc, 0x6c), offsets: Uint32Array.of(0, 2, 3) };
  const data = { dictionary, codes: Int32Array.of(1, 0, 1) };
  expect(await readChunk(everyType.slice(2, 3), { rows: 3, columns: [data] })).toEqual([
    ['l'],
    ['m\ufffd'],
    ['l'],
  ]);
});

test('codes and values may be views, and text may begin anywhere in its bytes', async () => {
  const dictionary = { bytes: new Uint8Array(Buffer.from('xxabc')), offsets: Uint32Array.of(2, 3, 5) };
  const columns = [
    { dictionary, codes: Int32Array.of(9, 1, 0, 9).subarray(1, 3) },
    { values: BigInt64Array.of(9n, 1n, 2n, 9n).subarray(1, 3) },
    { values: Uint8Array.of(9, 1, 0, 9).subarray(1, 3) },
  ];
  const schema = [2, 4, 6].map((i) => everyType[i]!);
  expect(await readChunk(schema, { rows: 2, columns })).toEqual([
    ['bc', 1n, true],
    ['a', 2n, false],
  ]);
});

test.each<[string, Partial<ParquetColumnSpec>, ParquetColumnData]>([
  ['null in a dictionary column without nulls', { type: 'utf8' }, dictionaryOf(['a'], -1)],
  ['a code beyond the dictionary', { type: 'utf8', nullable: true }, dictionaryOf(['a'], 1)],
  ['a code below -1', { type: 'utf8', nullable: true }, dictionaryOf(['a'], -2)],
  ['null in a dictionary', { type: 'utf8', nullable: true }, dictionaryOf(['a', null], 0)],
  ['too many codes', { type: 'utf8' }, dictionaryOf(['a'], 0, 0)],
  ['a dictionary for int64', { type: 'int64' }, dictionaryOf(['a'], 0)],
  ['bare integers', { type: 'int64' }, BigUint64Array.of(1n)],
  ['unsigned integers', { type: 'int64' }, { values: BigUint64Array.of(1n) as never }],
  ['too few integers', { type: 'int64' }, { values: new BigInt64Array(0) }],
  [
    'nulls in an int64 column without',
    { type: 'int64' },
    { values: new BigInt64Array(1), validity: Uint8Array.of(1) },
  ],
  [
    'validity cut short',
    { type: 'int64', nullable: true },
    { values: new BigInt64Array(1), validity: new Uint8Array(0) },
  ],
  ['2 as boolean', { type: 'boolean' }, { values: Uint8Array.of(2) }],
  ['integers as boolean', { type: 'boolean' }, { values: BigInt64Array.of(1n) }],
  ['booleans as text', { type: 'utf8' }, { values: Uint8Array.of(1) }],
])('%s is refused with the name of the column', async (_, spec, data) => {
  const schema = [{ name: 'odd', type: 'utf8', nullable: false, ...spec } as const];
  await expect(encodeChunk('parquet', schema, { rows: 1, columns: [data] })).rejects.toMatchObject({
    code: 'GTK_INTERNAL',
    message: expect.stringContaining('column odd'),
  });
});

test.each(['tsv', 'csv', 'json', 'arrow'] as const)(
  '%s has no columns that only Parquet has',
  async (format) => {
    const columns: ParquetColumnData[] = [{ values: BigInt64Array.of(1n) }, dictionaryOf(['a'], 0)];
    for (const [i, type] of (['int64', 'utf8'] as const).entries()) {
      const schema = [{ name: 'odd', type, nullable: false }] as unknown as TableSchema;
      const chunk = { rows: 1, columns: [columns[i]] } as unknown as TableChunk;
      await expect(encodeChunk(format, schema, chunk)).rejects.toMatchObject({ code: 'GTK_INTERNAL' });
    }
  },
);

function dictionaryOf(words: (string | null)[], ...codes: number[]): ParquetColumnData {
  return { dictionary: utf8FromStrings(words), codes: Int32Array.from(codes) };
}
