import { readFileSync } from 'node:fs';
import { parquetMetadata } from 'hyparquet';
import { expect, test } from 'vitest';
import { type ParquetSchema, parquetCodecs } from '../../../src/formats/table/table.js';
import { duckdb, everyType, everyTypeRows, type Value, writeParquet } from './parquet-sample.js';

const codecNames = {
  uncompressed: 'UNCOMPRESSED',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  brotli: 'BROTLI',
  lz4: 'LZ4_RAW',
  zstd: 'ZSTD',
};

test.each(parquetCodecs)('the footer says %s, and how each column is encoded', async (compression) => {
  const file = await writeParquet(everyType, everyTypeRows(600), 300, { compression });
  const { rows } = await duckdb(
    `select distinct path_in_schema, type, encodings, compression, dictionary_page_offset is not null,
       coalesce(dictionary_page_offset, data_page_offset) = file_offset, num_values
     from parquet_metadata('${file}')`,
  );
  const physical = {
    utf8: 'BYTE_ARRAY',
    int64: 'INT64',
    boolean: 'BOOLEAN',
    float64: 'DOUBLE',
    uint32: 'INT32',
    uint64: 'INT64',
  };
  const expected = everyType.map(({ name, type }): Value[] => {
    const dictionary = name.startsWith('dictionary');
    const encodings = dictionary
      ? 'RLE_DICTIONARY, RLE, PLAIN'
      : type === 'uint32'
        ? 'DELTA_BINARY_PACKED, RLE'
        : 'PLAIN, RLE';
    return [name, physical[type], encodings, codecNames[compression], dictionary, true, 300n];
  });
  expect(rows.toSorted(byName)).toEqual(expected.toSorted(byName));
});

test('bounds and null counts are those of the values, row group by row group', async () => {
  const rows = everyTypeRows(700);
  const file = await writeParquet(everyType, rows, 350);
  const { row_groups: groups } = parquetMetadata(new Uint8Array(readFileSync(file)).buffer);
  expect(groups.length).toBe(2);
  for (const [g, { columns }] of groups.entries()) {
    const part = rows.slice(350 * g, 350 * (g + 1));
    const found = columns.map(({ meta_data: column }) => {
      const { null_count, min_value, max_value } = column!.statistics!;
      return [column!.path_in_schema[0]!, null_count, min_value, max_value];
    });
    const expected = everyType.map(({ name }, i) => {
      const present = part.map((row) => row[i]!).filter((value) => value !== null);
      present.sort(ascending);
      return [name, BigInt(part.length - present.length), present[0], present.at(-1)];
    });
    // Longer bounds of text would be cut to 16 bytes, the upper one rounded up; these are short.
    expect(found).toEqual(expected);
  }
});

test('DuckDB finds rows by bounds of integers, booleans and dictionaries, and none that are beyond them', async () => {
  const schema: ParquetSchema = [2, 4, 6].map((i) => everyType[i]!);
  const rows = Array.from({ length: 400 }, (_, i): Value[] => [`v${100 + i}`, BigInt(i) - 200n, i >= 200]);
  const file = await writeParquet(schema, rows, 100);
  const count = async (where: string) =>
    (await duckdb(`select count(*) from read_parquet('${file}') where ${where}`)).rows[0]![0];
  expect(await count('int64 = -150')).toBe(1n);
  expect(await count('int64 > -1 and "boolean"')).toBe(200n);
  expect(await count('not "boolean"')).toBe(200n);
  expect(await count(`dictionary = 'v317'`)).toBe(1n);
  expect(await count(`dictionary > 'v499' or int64 < -200`)).toBe(0n);
});

test('a column of nulls has no bounds, and as dictionary text no dictionary', async () => {
  const schema = everyType.filter(({ nullable }) => nullable);
  const rows = Array.from({ length: 20 }, () => schema.map(() => null));
  const file = await writeParquet(schema, rows, 20);
  const { rows: found } = await duckdb(
    `select stats_null_count, stats_min_value, stats_max_value, dictionary_page_offset, encodings
     from parquet_metadata('${file}')`,
  );
  expect(found).toEqual(schema.map(() => [20n, null, null, null, 'PLAIN, RLE']));
});

test('a column that wants no bounds has its null count alone', async () => {
  const schema: ParquetSchema = everyType.map((spec) => ({ ...spec, bounds: false }));
  const rows = everyTypeRows(50);
  const file = await writeParquet(schema, rows, 50);
  const { rows: found } = await duckdb(
    `select stats_null_count, stats_min_value, stats_max_value from parquet_metadata('${file}')`,
  );
  const nulls = (i: number) => BigInt(rows.filter((row) => row[i] === null).length);
  expect(found).toEqual(schema.map((_, i) => [nulls(i), null, null]));
  expect(nulls(1)).toBeGreaterThan(0n);
});

test('a dictionary holds the values of its own row group alone', async () => {
  const schema = everyType.slice(2, 3);
  const rows = Array.from({ length: 2000 }, (_, i): Value[] => [`a value that is not short ${i}`]);
  const file = await writeParquet(schema, rows, 100, { compression: 'uncompressed' });
  const text = rows.reduce((sum, [value]) => sum + 4 + String(value).length, 0);
  const bytes = readFileSync(file);
  expect(bytes.length).toBeGreaterThan(text);
  // Pages of places, headers and the footer; all 2,000 values in each of 20 groups would be twenty times the text.
  expect(bytes.length).toBeLessThan(1.3 * text);
  expect(bytes.includes('unused')).toBe(false);
});

test('rows that repeat a value take a few bytes, and rows that do not the bits that places need', async () => {
  const size = async (values: string[]) => {
    const rows = values.map((value): Value[] => [value]);
    const file = await writeParquet(everyType.slice(2, 3), rows, rows.length, {
      compression: 'uncompressed',
    });
    const { rows: found } = await duckdb(`select total_compressed_size from parquet_metadata('${file}')`);
    return Number(found[0]![0]);
  };
  const letters = Array.from({ length: 80_000 }, (_, i) => String.fromCharCode(97 + (i % 5)));
  const few = await size(letters.toSorted());
  expect(few).toBeLessThan(150);
  // Five values take three bits.
  const mixed = await size(letters);
  expect(mixed).toBeGreaterThanOrEqual(30_000);
  expect(mixed).toBeLessThan(30_000 + few);
});

const byName = (a: Value[], b: Value[]) => (String(a[0]) < String(b[0]) ? -1 : 1);

function ascending(a: Value, b: Value): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  return a === b ? 0 : a! < b! ? -1 : 1;
}
