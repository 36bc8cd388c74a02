import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeChunk } from '../../../src/formats/table/encode.js';
import { writeRowGroup } from '../../../src/formats/table/parquet-group.js';
import { type ParquetSchema, parquetCodecs, type Utf8Data } from '../../../src/formats/table/table.js';
import { utf8FromStrings } from '../../../src/formats/table/utf8.js';
import { createTableWriter } from '../../../src/formats/table/writer.js';
import { duckRows } from '../../h5ad/read-output.js';
import { temporaryFolder } from './sample.js';

const schema: ParquetSchema = [
  { name: 'number', type: 'float64', nullable: false },
  { name: 'text', type: 'utf8', nullable: false, bounds: false },
];

/** Stretches of text, and beside them a number a row; `made` tells how many were made so far. */
function column(stretches: readonly string[][], made = { count: 0 }) {
  function* make(): Generator<Utf8Data> {
    for (const stretch of stretches) {
      made.count += 1;
      yield utf8FromStrings(stretch);
    }
  }
  const rows = stretches.flat().length;
  return { rows, columns: [Float64Array.from({ length: rows }, (_, i) => i), { stretches: make() }] };
}

describe('Text in stretches', () => {
  test.each(parquetCodecs)('is read back by DuckDB as one column, with %s', async (compression) => {
    const long = 'GENE'.repeat(400_000);
    const stretches = [['a', '', 'ünï'], [], ['b'.repeat(5000)], [long, 'c']];
    const file = path.join(temporaryFolder(), `${compression}.parquet`);
    const writer = await createTableWriter('parquet', schema, file);
    await writer.append(await encodeChunk('parquet', schema, column(stretches), { compression }));
    await writer.finish();
    const rows = await duckRows([file]);
    expect(rows.map((row) => row.text)).toEqual(stretches.flat());
    expect(rows.map((row) => row.number)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('has the pages of its stretches, each as it would be alone', () => {
    const words = fc.array(fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 8 }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(words, (stretches) => {
        const bytesOf = (parts: readonly string[][]) => {
          const pieces: Uint8Array[] = [];
          const one = [schema[1]!];
          const data = { rows: parts.flat().length, columns: [column(parts).columns[1]!] };
          writeRowGroup(one, data, {}, (bytes) => pieces.push(bytes.slice()));
          return Buffer.concat(pieces);
        };
        expect(bytesOf(stretches)).toEqual(Buffer.concat(stretches.map((stretch) => bytesOf([stretch]))));
      }),
    );
  });

  test('is made while it is written, not before', () => {
    const made = { count: 0 };
    const seen: number[] = [];
    writeRowGroup(schema, column([['a'], ['b'], ['c']], made), {}, () => seen.push(made.count));
    expect(new Set(seen)).toEqual(new Set([0, 1, 2, 3]));
  });

  test('must have as many rows as the chunk, and no nulls and bounds', async () => {
    const chunk = column([['a', 'b'], ['c']]);
    await expect(
      encodeChunk('parquet', schema, {
        ...chunk,
        rows: 3,
        columns: [new Float64Array(3), chunk.columns[1]!],
      }),
    ).resolves.toBeDefined();
    const short = { rows: 4, columns: [new Float64Array(4), column([['a', 'b'], ['c']]).columns[1]!] };
    await expect(encodeChunk('parquet', schema, short)).rejects.toThrow(/column text.*3 values, expected 4/);
    for (const spec of [
      { name: 'text', type: 'utf8', nullable: true, bounds: false },
      { name: 'text', type: 'utf8', nullable: false },
    ] as const) {
      const data = { rows: 1, columns: [column([['a']]).columns[1]!] };
      await expect(encodeChunk('parquet', [spec], data)).rejects.toThrow(/stretches/);
    }
  });
});
