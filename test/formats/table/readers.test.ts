import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import pl from 'nodejs-polars';
import { describe, expect, test } from 'vitest';
import { edges, manyRows, type Row, writeTable } from './sample.js';

async function duckdb(sql: string): Promise<{ types: string[]; rows: unknown[][] }> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  const result = { types: reader.columnTypes().map(String), rows: reader.getRows() };
  connection.closeSync();
  return result;
}

const types = ['VARCHAR', 'VARCHAR', 'UBIGINT', 'DOUBLE', 'UINTEGER'];
const declared = `{'id': 'VARCHAR', 'note': 'VARCHAR', 'length': 'UBIGINT', 'enc': 'DOUBLE', 'AAA': 'UINTEGER'}`;
const cases: [name: string, rows: Row[], rowsPerChunk: number][] = [
  ['one chunk', edges, 100],
  ['chunks of one row', edges, 1],
  ['many rows in uneven chunks', manyRows(1000), 301],
];

describe.each(cases)('%s', (_, rows, rowsPerChunk) => {
  test('DuckDB reads the Parquet file with all types, values and nulls', async () => {
    const file = await writeTable('parquet', rows, rowsPerChunk);
    expect(await duckdb(`from read_parquet('${file}')`)).toEqual({ types, rows });
  });

  test('polars reads the Parquet file with all types, values and nulls', async () => {
    const frame = pl.readParquet(await writeTable('parquet', rows, rowsPerChunk));
    expect(frame.dtypes.map(String)).toEqual(
      ['String', 'String', 'UInt64', 'Float64', 'UInt32'].map((t) => `DataType(${t})`),
    );
    expect(polarsRows(frame)).toEqual(rows);
  });

  test('polars reads the Arrow file with all types, values and nulls', async () => {
    const frame = pl.readIPC(readFileSync(await writeTable('arrow', rows, rowsPerChunk)));
    expect(frame.dtypes.map(String)).toEqual(
      ['String', 'String', 'UInt64', 'Float64', 'UInt32'].map((t) => `DataType(${t})`),
    );
    expect(polarsRows(frame)).toEqual(rows);
  });

  test('apache-arrow reads the Arrow file', async () => {
    const table = tableFromIPC(readFileSync(await writeTable('arrow', rows, rowsPerChunk)));
    expect(table.schema.fields.map(String)).toEqual([
      'id: Utf8',
      'note: Utf8',
      'length: Uint64',
      'enc: Float64',
      'AAA: Uint32',
    ]);
    expect(table.schema.fields.map((field) => field.nullable)).toEqual([false, true, false, true, false]);
    expect(table.batches.length).toBe(Math.ceil(rows.length / rowsPerChunk));
    expect(table.toArray().map((row) => [...row.toArray()])).toEqual(rows);
  });

  test('DuckDB reads the CSV file, where a quoted empty field is an empty string', async () => {
    const file = await writeTable('csv', rows, rowsPerChunk);
    const sql = `from read_csv('${file}', header = true, columns = ${declared}, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false)`;
    expect(await duckdb(sql)).toEqual({ types, rows });
  });

  test('DuckDB reads the TSV file, where an empty field is null', async () => {
    const file = await writeTable('tsv', rows, rowsPerChunk);
    const sql = `from read_csv('${file}', header = true, columns = ${declared}, delim = '\t', quote = '', escape = '', nullstr = '\\N')`;
    const asText = await duckdb(sql.replace(`'enc': 'DOUBLE'`, `'enc': 'VARCHAR'`));
    const expected = rows.map(([id, note, length, enc, count]) => [
      id,
      note ?? '',
      length,
      enc === null ? '' : String(enc),
      count,
    ]);
    expect(asText.rows).toEqual(expected);
  });

  test('DuckDB reads the JSON file', async () => {
    const file = await writeTable('json', rows, rowsPerChunk);
    const { rows: found } = await duckdb(
      `from read_json('${file}', format = 'array', columns = ${declared})`,
    );
    expect(found).toEqual(rows);
  });
});

test.each(['parquet', 'arrow', 'csv', 'tsv', 'json'] as const)(
  'a %s table without rows is readable',
  async (format) => {
    const file = await writeTable(format, [], 10);
    if (format === 'parquet') {
      expect(await duckdb(`from read_parquet('${file}')`)).toEqual({ types, rows: [] });
      expect(pl.readParquet(file).shape).toEqual({ height: 0, width: 5 });
    } else if (format === 'arrow') {
      expect(pl.readIPC(readFileSync(file)).shape).toEqual({ height: 0, width: 5 });
    } else if (format === 'json') {
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([]);
    } else {
      expect(readFileSync(file, 'utf8')).toBe(
        `id,note,length,enc,AAA\n`.replaceAll(',', format === 'csv' ? ',' : '\t'),
      );
    }
  },
);

test('bounds and null counts in the Parquet footer are those of the values, row group by row group', async () => {
  const rows = manyRows(700);
  const file = await writeTable('parquet', rows, 350);
  const { rows: found } = await duckdb(
    `select row_group_id, path_in_schema, stats_min_value, stats_max_value, stats_null_count, compression
     from parquet_metadata('${file}') where path_in_schema in ('length', 'enc', 'AAA', 'note') order by all`,
  );
  const expected = [0, 1].flatMap((group) => {
    const part = rows.slice(group * 350, (group + 1) * 350);
    return (['AAA', 'enc', 'length', 'note'] as const).map((name) => {
      const column = { AAA: 4, enc: 3, length: 2, note: 1 }[name];
      const values = part.map((row) => row[column]!).filter((value) => value !== null);
      values.sort(byteOrder);
      return [group, name, values[0], values.at(-1), BigInt(part.length - values.length)];
    });
  });
  const comparable = found.map(([group, name, min, max, nulls, compression]) => {
    expect(compression).toBe('ZSTD');
    const parse = (text: unknown) =>
      name === 'note' ? text : name === 'length' ? BigInt(String(text)) : Number(text);
    return [Number(group), name, parse(min), parse(max), nulls];
  });
  // A bound of text may be cut to 16 bytes, the upper one then rounded up.
  for (const row of [...comparable, ...expected]) if (row[1] === 'note') row[3] = String(row[3]).slice(0, 15);
  for (const row of [...comparable, ...expected]) if (row[1] === 'note') row[2] = String(row[2]).slice(0, 15);
  expect(comparable).toEqual(expected);
});

test('long text in several pages of one row group is read back by DuckDB and polars', async () => {
  const rows = edges.flatMap((edge, i) =>
    Array.from(
      { length: 60 },
      (_, j): Row => [`${edge[0]}${'ACGT☃'.repeat(3000 + 7 * j)}${i}`, ...edge.slice(1)] as Row,
    ),
  );
  expect(rows.reduce((sum, row) => sum + Buffer.byteLength(row[0]), 0)).toBeGreaterThan(8 << 20);
  const file = await writeTable('parquet', rows, rows.length);
  const found = await duckdb(`from read_parquet('${file}')`);
  expect(found.rows.length).toBe(rows.length);
  expect(found.rows.every((row, i) => row.every((value, c) => value === rows[i]![c]))).toBe(true);
  expect(pl.readParquet(file).getColumn('id').toArray()).toEqual(rows.map((row) => row[0]));
});

test('a filter that only the bounds can answer finds the row', async () => {
  const file = await writeTable('parquet', manyRows(700), 100);
  const { rows } = await duckdb(
    `select count(*) from read_parquet('${file}') where length = ${2n ** 53n + 1n} and AAA > 2147483900`,
  );
  const expected = manyRows(700).filter((row) => row[2] === 2n ** 53n + 1n && row[4] > 2_147_483_900).length;
  expect(expected).toBeGreaterThan(0);
  expect(rows).toEqual([[BigInt(expected)]]);
});

function polarsRows(frame: pl.DataFrame): unknown[][] {
  // A JavaScript number cannot hold every uint64, so that column travels as text.
  return frame
    .withColumn(pl.col('length').cast(pl.Utf8).alias('length'))
    .rows()
    .map((row) => row.map((value, i) => (i === 2 ? BigInt(value) : value)));
}

function byteOrder(a: string | number | bigint, b: string | number | bigint): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  return Number(a < (b as typeof a)) * -2 + 1;
}
