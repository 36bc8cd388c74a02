import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeXlsx } from '../../../src/formats/xlsx/write.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder } from '../../run-gtk.js';

const folder = temporaryFolder();
const python = requireTool('python3');

/** Reads a workbook with Python's own ZIP and XML readers: name of the sheet, and cells by their references. */
const reader = `
import json, sys, zipfile, xml.etree.ElementTree as tree
book = zipfile.ZipFile(sys.argv[1])
assert book.testzip() is None
space = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
part = lambda name: tree.fromstring(book.read(name))
for name in book.namelist(): part(name)
strings = [s.findtext(space + 't') for s in part('xl/sharedStrings.xml')]
cells = {}
for cell in part('xl/worksheets/sheet1.xml').iter(space + 'c'):
    value = cell.findtext(space + 'v')
    cells[cell.get('r')] = strings[int(value)] if cell.get('t') == 's' else float(value)
sheets = [s.get('name') for s in part('xl/workbook.xml').iter(space + 'sheet')]
types = {t.get('PartName', '').lstrip('/') for t in part('[Content_Types].xml')}
assert {'xl/workbook.xml', 'xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml'} <= types
print(json.dumps({'sheets': sheets, 'cells': cells}))
`;

function readBack(file: string): { sheets: string[]; cells: Record<string, string | number> } {
  return JSON.parse(execFileSync(python!, ['-c', reader, file], { encoding: 'utf8', maxBuffer: 1 << 28 }));
}

describe.skipIf(!python)('a workbook', () => {
  test('holds texts and numbers as they were', async () => {
    const file = path.join(folder, 'mixed.xlsx');
    await writeXlsx(file, 'A & "B"', [
      ['', 'text', '<a href="x">&amp;</a>', ' spaced ', 'again'],
      ['1', 0, -1.5, 123_456_789, 'again'],
      ['\u0000\u001b', 'é😀', 'tab\tline\n', 1e-7, ''],
    ]);
    expect(readBack(file)).toEqual({
      sheets: ['A & "B"'],
      cells: {
        ...{ B1: 'text', C1: '<a href="x">&amp;</a>', D1: ' spaced ', E1: 'again' },
        ...{ A2: '1', B2: 0, C2: -1.5, D2: 123_456_789, E2: 'again' },
        ...{ A3: '??', B3: 'é😀', C3: 'tab\tline\n', D3: 1e-7 },
      },
    });
  });

  test('of many rows is whole, and always the same bytes', async () => {
    function* rows() {
      for (let i = 0; i < 20_000; i++) yield [`name ${i}`, i, 'same'];
    }
    const files = ['one.xlsx', 'two.xlsx'].map((name) => path.join(folder, name));
    for (const file of files) await writeXlsx(file, 'Sheet1', rows());
    expect(readFileSync(files[0]!).equals(readFileSync(files[1]!))).toBe(true);
    const { cells } = readBack(files[0]!);
    expect(Object.keys(cells).length).toBe(60_000);
    expect([cells.A20000, cells.B20000, cells.C20000]).toEqual(['name 19999', 19_999, 'same']);
  });

  test('without rows is an empty sheet', async () => {
    const file = path.join(folder, 'empty.xlsx');
    await writeXlsx(file, 'Sheet1', []);
    expect(readBack(file)).toEqual({ sheets: ['Sheet1'], cells: {} });
  });

  test('that cannot be written is told', async () => {
    const file = path.join(folder, 'no-such-folder/x.xlsx');
    await expect(writeXlsx(file, 'Sheet1', [])).rejects.toMatchObject({ code: 'GTK_NOT_WRITABLE' });
  });
});
