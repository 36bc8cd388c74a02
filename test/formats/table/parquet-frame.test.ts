import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RowGroup } from 'hyparquet';
import { expect, test } from 'vitest';
import { encodeChunk } from '../../../src/formats/table/encode.js';
import { parquetFrame } from '../../../src/formats/table/parquet.js';
import { groupBytes } from '../../../src/formats/table/parquet-group.js';
import { rowGroupFromJson, rowGroupToJson } from '../../../src/formats/table/row-group-json.js';
import {
  duckdb,
  everyType,
  everyTypeRows,
  parquetChunk,
  polars,
  type Value,
  writeParquet,
} from './parquet-sample.js';
import { cut, temporaryFolder } from './sample.js';

async function encodedGroups(rows: Value[][], rowsPerGroup: number) {
  return Promise.all(
    cut(rows, rowsPerGroup).map((group) => encodeChunk('parquet', everyType, parquetChunk(everyType, group))),
  );
}

const throughJson = (detail: RowGroup) =>
  rowGroupFromJson(JSON.parse(JSON.stringify(rowGroupToJson(detail))));

test('row groups that waited elsewhere make the same file as the writer does', async () => {
  const rows = everyTypeRows(900);
  const groups = await encodedGroups(rows, 200);
  const waiting = Buffer.concat(groups.map(({ bytes }) => bytes));
  const details = groups.map(({ detail }) => throughJson(detail!));
  const { head, offsets, tail } = parquetFrame(everyType, details);
  const file = Buffer.alloc(head.length + waiting.length + tail.length);
  file.set(head);
  let from = 0;
  for (const [i, detail] of details.entries()) {
    expect(groupBytes(detail)).toBe(groups[i]!.bytes.length);
    file.set(waiting.subarray(from, from + groupBytes(detail)), offsets[i]!);
    from += groupBytes(detail);
  }
  file.set(tail, head.length + waiting.length);
  expect(file.equals(readFileSync(await writeParquet(everyType, rows, 200)))).toBe(true);
});

test('row groups come in any order and into several files', async () => {
  const rows = everyTypeRows(500);
  const groups = await encodedGroups(rows, 100);
  const target = path.join(temporaryFolder(), 'some.parquet');
  const chosen = [4, 0, 2];
  const { head, tail } = parquetFrame(
    everyType,
    chosen.map((i) => groups[i]!.detail!),
  );
  writeFileSync(target, Buffer.concat([head, ...chosen.map((i) => groups[i]!.bytes), tail]));
  const expected = chosen.flatMap((i) => rows.slice(100 * i, 100 * (i + 1)));
  expect((await duckdb(`from read_parquet('${target}')`)).rows).toEqual(expected);
  expect(polars(target).rows).toEqual(expected);
});

test('row groups of different codecs stand in one file', async () => {
  const rows = everyTypeRows(60);
  const groups = await Promise.all(
    cut(rows, 20).map((group, i) =>
      encodeChunk('parquet', everyType, parquetChunk(everyType, group), {
        compression: (['lz4', 'zstd', 'uncompressed'] as const)[i]!,
      }),
    ),
  );
  const target = path.join(temporaryFolder(), 'mixed.parquet');
  const { head, tail } = parquetFrame(
    everyType,
    groups.map(({ detail }) => detail!),
  );
  writeFileSync(target, Buffer.concat([head, ...groups.map(({ bytes }) => bytes), tail]));
  expect((await duckdb(`from read_parquet('${target}')`)).rows).toEqual(rows);
});

test('no row groups make a table without rows', async () => {
  const { head, offsets, tail } = parquetFrame(everyType, []);
  const target = path.join(temporaryFolder(), 'none.parquet');
  writeFileSync(target, Buffer.concat([head, tail]));
  expect(offsets).toEqual([]);
  expect((await duckdb(`select count(*) from read_parquet('${target}')`)).rows).toEqual([[0n]]);
});

test('what a footer says of a row group comes back from JSON as it was', async () => {
  const extremes = everyTypeRows(12).map((row, i): Value[] =>
    row.map((value, c) =>
      c === 8 ? [Number.NEGATIVE_INFINITY, -0, Number.POSITIVE_INFINITY][i % 3]! : value,
    ),
  );
  const zeros = everyTypeRows(3).map((row) => row.map((value, c) => (c === 8 ? 0 : value)));
  const nulls = everyTypeRows(3).map((row) => row.map((value, c) => (everyType[c]!.nullable ? null : value)));
  for (const rows of [extremes, zeros, nulls, everyTypeRows(500)]) {
    const [group] = await encodedGroups(rows, rows.length);
    expect(throughJson(group!.detail!)).toStrictEqual(group!.detail);
  }
  const [group] = await encodedGroups(zeros, 3);
  expect(throughJson(group!.detail!).columns[8]!.meta_data!.statistics!.min_value).toBe(-0);
});

test.each([null, 7, {}, [], { columns: [], num_rows: 1 }, { columns: [{}], num_rows: { integer: '1' } }])(
  'JSON that is no row group is refused: %j',
  (json) => {
    expect(() => rowGroupFromJson(json)).toThrow(expect.objectContaining({ code: 'GTK_INTERNAL' }));
  },
);
