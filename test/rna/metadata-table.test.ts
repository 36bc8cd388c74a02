import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metadataText } from '../../src/rna/metadata/columns.js';
import { OpenQuote, tableRows } from '../../src/rna/metadata/table-rows.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const python = requireTool('python3');

const cells = (text: string) => [...tableRows(text)].map((row) => row.cells);
/** A row of one blank value cannot be told from an empty line. */
const isNoLine = (row: string[]) => row.length > 1 || row[0]!.trim() !== '';

/** Rows as Python's csv module reads them; null where a quote is open at the end. */
const oracle = `
import csv, io, json, sys
def read(text):
    return list(csv.reader(io.StringIO(text, newline=''), delimiter='\\t'))
answers = []
for text in json.load(open(sys.argv[1])):
    closed = read(text + '\\nEND')[-1] == ['END']
    answers.append([row for row in read(text) if row] if closed else None)
print(json.dumps(answers))
`;

describe.skipIf(!python)('Tab-separated text', () => {
  it('is read as by the csv module of Python, whatever the quotes', () => {
    const token = fc.constantFrom('a', 'é', ' ', '"', '""', '\t', '\n', '\r\n', '"x\ty"', '"z\n"');
    const texts = fc
      .sample(fc.array(token, { maxLength: 14 }), { numRuns: 3000, seed: 7 })
      .map((tokens) => tokens.join(''));
    const file = path.join(folder, 'texts.json');
    writeFileSync(file, JSON.stringify(texts));
    const answers = JSON.parse(
      execFileSync(python!, ['-c', oracle, file], { encoding: 'utf8', maxBuffer: 1 << 26 }),
    ) as (string[][] | null)[];
    expect(answers).toHaveLength(3000);
    expect(answers.filter((rows) => rows === null).length).toBeGreaterThan(300);
    for (const [i, rows] of answers.entries()) {
      if (rows === null) expect(() => cells(texts[i]!), JSON.stringify(texts[i])).toThrow(OpenQuote);
      else expect(cells(texts[i]!).filter(isNoLine), JSON.stringify(texts[i])).toEqual(rows.filter(isNoLine));
    }
  });
});

describe('Rows', () => {
  it('know their lines and their places in the text', () => {
    const text = 'a\tb\n\n"x\ny"\t1\r\nz\t2';
    const rows = [...tableRows(text)];
    expect(rows.map(({ line }) => line)).toEqual([1, 3, 5]);
    expect(rows.map(({ start, end }) => text.slice(start, end))).toEqual(['a\tb\n', '"x\ny"\t1\r\n', 'z\t2']);
    expect(rows.map((row) => row.cells)).toEqual([
      ['a', 'b'],
      ['x\ny', '1'],
      ['z', '2'],
    ]);
  });

  it('have only the values of columns that are wanted', () => {
    const rows = [...tableRows('a\tb\tc\n1\t2\t3\n"4\t5"\t6\t7\n', () => [false, true, false])];
    expect(rows.map((row) => row.cells)).toEqual([
      ['a', 'b', 'c'],
      ['', '2', ''],
      ['', '6', ''],
    ]);
  });

  it('name the line of a quote that is never closed', () => {
    expect(() => cells('a\n\n"b\nc')).toThrow(expect.objectContaining({ line: 3 }));
  });

  it('leave out a byte order mark', () => {
    expect(cells('\ufeff"run"\tx\n')).toEqual([['run', 'x']]);
  });
});

describe('Written tables', () => {
  it('are read back as they were', () => {
    const value = fc.string({ unit: fc.constantFrom('a', 'ü', '"', '\t', '\n', '\r', ' '), maxLength: 8 });
    const rows = fc.array(fc.tuple(value, value, value), { maxLength: 8 });
    fc.assert(
      fc.property(rows, (written) => {
        const header = ['one', 'two', 'three'];
        const records = written.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]!])));
        expect(cells(metadataText(header, records))).toEqual([header, ...written]);
      }),
      { numRuns: 500 },
    );
  });
});
