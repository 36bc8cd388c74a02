import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAssembler, encodeChunk } from '../../../src/formats/table/encode.js';
import type { TableChunk, TableFormat, TableSchema } from '../../../src/formats/table/table.js';
import { temporaryFolder, writeChunks } from './sample.js';

const schema: TableSchema = [
  { name: 'text', type: 'utf8', nullable: true },
  { name: 'value', type: 'float64', nullable: true },
];
const awkward = fc.string({
  unit: fc.constantFrom('a', '\t', '\n', '\r', '"', ',', '\\', ' ', '\0', 'é', '☃', '🧬'),
});
const text = fc.option(fc.oneof(awkward, fc.string({ unit: 'grapheme' })));
const number = fc.option(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeNat()));
const rows = fc.array(fc.tuple(text, number), { maxLength: 30 });

function chunkOf(values: [string | null, number | null][]): TableChunk {
  const doubles = Float64Array.from(values, ([, value]) => value ?? Number.NaN);
  return { rows: values.length, columns: [values.map(([value]) => value), doubles] };
}

async function textOf(format: TableFormat, columns: TableSchema, chunks: TableChunk[]): Promise<string> {
  const assembler = await createAssembler(format, columns);
  const pieces = [assembler.head()];
  for (const chunk of chunks) pieces.push(...assembler.place(await encodeChunk(format, columns, chunk), 0));
  return Buffer.concat([...pieces, assembler.tail(0)]).toString();
}

/** RFC 4180, character by character; an empty field without quotes is null. */
function parseCsv(csv: string): (string | null)[][] {
  const table: (string | null)[][] = [];
  let fields: (string | null)[] = [];
  let field: string | null = null;
  let quoted = false;
  for (let i = 0; i < csv.length; i++) {
    const letter = csv[i]!;
    if (quoted && letter === '"' && csv[i + 1] === '"') field += csv[++i]!;
    else if (quoted && letter === '"') quoted = false;
    else if (quoted) field += letter;
    else if (letter === '"') {
      quoted = true;
      field ??= '';
    } else if (letter === ',' || letter === '\n') {
      fields.push(field);
      field = null;
      if (letter === '\n') {
        table.push(fields);
        fields = [];
      }
    } else field = (field ?? '') + letter;
  }
  expect([quoted, fields, field]).toEqual([false, [], null]);
  return table;
}

const sameNumber = (value: number | null) => (value === null ? null : value + 0);

test('CSV gives back every string, null and double', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (values) => {
      const [header, ...found] = parseCsv(await textOf('csv', schema, [chunkOf(values)]));
      expect(header).toEqual(['text', 'value']);
      const read = found.map(([first, second]) => [first, second === null ? null : Number(second)]);
      expect(read).toEqual(values.map(([first, second]) => [first, sameNumber(second)]));
    }),
  );
});

test('TSV has as many lines and fields as the table, with a space for what would break them', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (values) => {
      const lines = (await textOf('tsv', schema, [chunkOf(values)])).split('\n');
      expect(lines.shift()).toBe('text\tvalue');
      expect(lines.pop()).toBe('');
      const expected = values.map(([first, second]) => [
        (first ?? '').replaceAll(/[\t\r\n]/g, ' '),
        second === null ? '' : String(second),
      ]);
      expect(lines.map((line) => line.split('\t'))).toEqual(expected);
    }),
  );
});

test('JSON.parse gives back every string, null and double, one row a line', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (values) => {
      const json = await textOf('json', schema, [chunkOf(values)]);
      expect(JSON.parse(json)).toEqual(
        values.map(([first, second]) => ({ text: first, value: sameNumber(second) })),
      );
      expect(json.split('\n').length).toBe(values.length + (values.length === 0 ? 2 : 3));
    }),
  );
});

test.each(['tsv', 'csv', 'json'] as const)('the bytes of %s do not depend on the chunks', async (format) => {
  await fc.assert(
    fc.asyncProperty(rows, fc.nat({ max: 30 }), async (values, at) => {
      const pieces = [values.slice(0, at), values.slice(at)].map(chunkOf);
      expect(await textOf(format, schema, pieces)).toBe(await textOf(format, schema, [chunkOf(values)]));
    }),
  );
});

test('a lone column of empty strings keeps its lines in CSV', async () => {
  const lone: TableSchema = [{ name: 'id', type: 'utf8', nullable: false }];
  expect(await textOf('csv', lone, [{ rows: 2, columns: [['', 'a']] }])).toBe('id\n""\na\n');
});

test('names with separators are quoted in CSV, spaced in TSV and escaped in JSON', async () => {
  const odd: TableSchema = [
    { name: 'a,"b"', type: 'uint32', nullable: false },
    { name: 'c\td', type: 'float64', nullable: false },
  ];
  const chunk = { rows: 1, columns: [Uint32Array.of(1), Float64Array.of(Number.NaN)] };
  expect(await textOf('csv', odd, [chunk])).toBe('"a,""b""",c\td\n1,NaN\n');
  expect(await textOf('tsv', odd, [chunk])).toBe('a,"b"\tc d\n1\tNaN\n');
  expect(JSON.parse(await textOf('json', odd, [chunk]))).toEqual([{ 'a,"b"': 1, 'c\td': null }]);
});

test('bytes that are no UTF-8 become replacement characters', async () => {
  const latin1 = { bytes: Uint8Array.of(0x6d, 0xfc, 0x6c), offsets: Uint32Array.of(0, 2, 3) };
  const lone: TableSchema = [{ name: 'id', type: 'utf8', nullable: false }];
  expect(await textOf('tsv', lone, [{ rows: 2, columns: [latin1] }])).toBe('id\nm\ufffd\nl\n');
});

test('a table in a folder that is not there cannot be written, and the message names it', async () => {
  const file = path.join(temporaryFolder(), 'absent', 'table.tsv');
  await expect(writeChunks('tsv', schema, [], file)).rejects.toMatchObject({
    code: 'GTK_NOT_WRITABLE',
    message: expect.stringContaining(file),
  });
});

test('the file has exactly the bytes that the assembler gives', async () => {
  const chunks = [chunkOf([['a', 1]]), chunkOf([]), chunkOf([[null, null]])];
  const file = path.join(temporaryFolder(), 'table.json');
  await writeChunks('json', schema, chunks, file);
  expect(readFileSync(file, 'utf8')).toBe('[\n{"text":"a","value":1},\n{"text":null,"value":null}\n]\n');
  expect(readFileSync(file, 'utf8')).toBe(await textOf('json', schema, chunks));
});
