import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tableFromIPC, tableToIPC } from 'apache-arrow';
import fc from 'fast-check';
import pl from 'nodejs-polars';
import { expect, test } from 'vitest';
import { createPartWriter, openPart } from '../../../src/formats/table/arrow-part.js';
import type { PartSchema, TableChunk, Utf8Data } from '../../../src/formats/table/table.js';
import { stringsFromUtf8 } from '../../../src/formats/table/utf8.js';
import { chunkOf, edges, manyRows, type Row, schema, temporaryFolder } from './sample.js';

const withCounts: PartSchema = [
  ...schema,
  { name: 'counts', type: 'uint32list', width: 64, nullable: false },
];
const counts = (rows: Row[]) =>
  Uint32Array.from({ length: 64 * rows.length }, (_, i) => (i * 2654435761) % 2 ** 32);

function partChunk(rows: Row[]): TableChunk {
  const chunk = chunkOf(rows);
  return { ...chunk, columns: [...chunk.columns, counts(rows)] };
}

async function writePart(
  pieces: Row[][],
  file = path.join(temporaryFolder(), 'part.arrow'),
): Promise<string> {
  const writer = await createPartWriter(file, withCounts);
  for (const piece of pieces) await writer.append(partChunk(piece));
  await writer.finish();
  expect(writer.rows).toBe(pieces.flat().length);
  return file;
}

function rowsOf({ rows, columns }: TableChunk): Row[] {
  const [ids, notes] = columns.slice(0, 2).map((data) => stringsFromUtf8(data as Utf8Data));
  const [lengths, enc, count] = columns.slice(2) as [BigUint64Array, Float64Array, Uint32Array];
  return Array.from({ length: rows }, (_, i) => {
    const value = Number.isNaN(enc[i]) ? null : enc[i]!;
    return [ids![i]!, notes![i]!, lengths[i]!, value, count[i]!];
  });
}

test('a part gives back its chunks as they were', async () => {
  const pieces = [edges, manyRows(300), [], edges.slice(2, 3)];
  const part = openPart(await writePart(pieces), withCounts);
  expect(part.chunks).toBe(pieces.length);
  for (const i of [3, 0, 2, 1]) {
    const chunk = part.read(i);
    expect(rowsOf(chunk)).toEqual(pieces[i]);
    expect(chunk.columns[5]).toEqual(counts(pieces[i]!));
  }
  part.close();
});

test('any stretch of a chunk is read as the same rows of the whole', async () => {
  const rows = manyRows(50);
  const part = openPart(await writePart([edges, rows]), withCounts);
  expect([part.rows(0), part.rows(1)]).toEqual([edges.length, 50]);
  const stretches = fc
    .tuple(fc.nat({ max: 50 }), fc.nat({ max: 50 }))
    .map((ends) => ends.sort((a, b) => a - b));
  fc.assert(
    fc.property(stretches, ([start, end]) => {
      const chunk = part.read(1, start, end);
      expect(rowsOf(chunk)).toEqual(rows.slice(start, end));
      expect(chunk.columns[5]).toEqual(counts(rows).subarray(64 * start!, 64 * end!));
    }),
  );
  part.close();
});

test('apache-arrow and polars read a part as an ordinary Arrow file', async () => {
  const rows = manyRows(90);
  const file = await writePart([rows.slice(0, 50), rows.slice(50)]);
  const table = tableFromIPC(readFileSync(file));
  expect(table.numRows).toBe(90);
  expect(String(table.schema.fields[5]!.type)).toBe('FixedSizeList[64]<Uint32>');
  expect(table.getChild('id')!.toArray()).toEqual(rows.map((row) => row[0]));
  const found = Array.from(table.getChild('counts')!, (list) => [...list]).flat();
  expect(found).toEqual([...counts(rows.slice(0, 50)), ...counts(rows.slice(50))]);
  const frame = pl.readIPC(readFileSync(file));
  expect(frame.getColumn('note').toArray()).toEqual(rows.map((row) => row[1]));
  expect(frame.getColumn('enc').nullCount()).toBe(rows.filter((row) => row[3] === null).length);
});

test('a part that apache-arrow wrote is read too', async () => {
  const file = await writePart([manyRows(40)]);
  const rewritten = path.join(temporaryFolder(), 'other.arrow');
  writeFileSync(rewritten, tableToIPC(tableFromIPC(readFileSync(file)), 'file'));
  expect(readFileSync(rewritten).equals(readFileSync(file))).toBe(false);
  const part = openPart(rewritten, withCounts);
  expect(rowsOf(part.read(0))).toEqual(manyRows(40));
  part.close();
});

test('a part cut short anywhere is refused', async () => {
  const file = await writePart([edges, manyRows(20)]);
  const whole = readFileSync(file);
  const cuts = [
    0,
    1,
    5,
    8,
    20,
    64,
    1000,
    whole.length >> 1,
    whole.length - 11,
    whole.length - 6,
    whole.length - 1,
  ];
  for (const length of cuts) {
    writeFileSync(file, whole);
    truncateSync(file, length);
    expect(() => openPart(file, withCounts), `${length} bytes`).toThrow(
      expect.objectContaining({ code: 'GTK_BAD_PART', message: expect.stringContaining(file) }),
    );
  }
});

test('another file, a damaged footer and other columns are refused', async () => {
  const file = await writePart([edges]);
  const whole = readFileSync(file);
  const refusal = (contents: Uint8Array, columns = withCounts) => {
    writeFileSync(file, contents);
    return expect(() => openPart(file, columns));
  };
  refusal(Buffer.from('PAR1'.repeat(100))).toThrow('another format');
  refusal(Buffer.concat([whole.subarray(0, 500), whole.subarray(-10)])).toThrow(/GTK|footer|found/);
  const wrongLength = Buffer.from(whole);
  wrongLength.writeUInt32LE(whole.length, whole.length - 10);
  refusal(wrongLength).toThrow(`a footer of ${whole.length} bytes`);
  const zeroed = Buffer.from(whole).fill(0, whole.length - 300, whole.length - 10);
  refusal(zeroed).toThrow(expect.objectContaining({ code: 'GTK_BAD_PART' }));
  refusal(whole, schema).toThrow('counts uint32[64]');
  expect(() => openPart(path.join(file, 'absent'), schema)).toThrow(
    expect.objectContaining({ code: 'GTK_UNREADABLE' }),
  );
});

test('a part of many chunks keeps each in its place', async () => {
  const pieces = Array.from({ length: 200 }, (_, i) =>
    manyRows(i % 5).map((row): Row => [`${i}-${row[0]}`, ...row.slice(1)] as Row),
  );
  const part = openPart(await writePart(pieces), withCounts);
  expect(part.chunks).toBe(200);
  for (let i = 0; i < 200; i++) expect(rowsOf(part.read(i))).toEqual(pieces[i]);
  part.close();
});
