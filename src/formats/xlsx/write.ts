/**
 * Writing tables as Office Open XML workbooks (ECMA-376, part 1, section 18), a row at a time: what libraries build
 * in memory takes 4 kB and 50 µs a row of 16 cells.
 */
import { gtkError } from '../../errors.js';
import { writeZip, type ZipEntry } from './zip.js';

export type Cell = string | number;

/** Rows that a sheet has at most. */
export const MAX_ROWS = 1_048_576;

/** Characters of XML that are gathered before they are compressed. */
const PIECE = 1 << 18;
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/**
 * Writes a workbook with one sheet. An empty text is an empty cell.
 *
 * @param rows at most {@link MAX_ROWS}, each with the same number of cells, at most 26; read once
 * @throws GTK_NOT_WRITABLE
 */
export async function writeXlsx(path: string, sheet: string, rows: Iterable<readonly Cell[]>): Promise<void> {
  try {
    await writeZip(path, parts(sheet, rows));
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path, reason: (error as Error).message }, error);
  }
}

function* parts(sheet: string, rows: Iterable<readonly Cell[]>): Generator<ZipEntry> {
  const whole = (name: string, text: string) => ({ name, text: [XML + text] });
  yield whole('[Content_Types].xml', contentTypes());
  yield whole('_rels/.rels', relations(['officeDocument', 'xl/workbook.xml']));
  yield whole(
    'xl/workbook.xml',
    `<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}"><sheets><sheet name="${xmlText(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  );
  yield whole(
    'xl/_rels/workbook.xml.rels',
    relations(['worksheet', 'worksheets/sheet1.xml'], ['sharedStrings', 'sharedStrings.xml']),
  );
  const strings = new Map<string, number>();
  yield { name: 'xl/worksheets/sheet1.xml', text: inPieces(sheetText(rows, strings)) };
  yield { name: 'xl/sharedStrings.xml', text: inPieces(stringsText(strings)) };
}

function contentTypes(): string {
  const override = (part: string, kind: string) =>
    `<Override PartName="/xl/${part}.xml" ContentType="${TYPE}.${kind}+xml"/>`;
  return (
    `<Types xmlns="${PACKAGE}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    override('workbook', 'sheet.main') +
    override('worksheets/sheet1', 'worksheet') +
    `${override('sharedStrings', 'sharedStrings')}</Types>`
  );
}

function relations(...targets: [type: string, target: string][]): string {
  const elements = targets.map(
    ([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}/relationships">${elements.join('')}</Relationships>`;
}

/** Texts are numbered in `strings` as they come. */
function* sheetText(rows: Iterable<readonly Cell[]>, strings: Map<string, number>): Generator<string> {
  yield `${XML}<worksheet xmlns="${SHEET}"><sheetData>`;
  let number = 0;
  for (const row of rows) {
    number++;
    let text = `<row r="${number}">`;
    row.forEach((cell, column) => {
      if (cell === '') return;
      const place = `r="${String.fromCharCode(65 + column)}${number}"`;
      if (typeof cell === 'number') text += `<c ${place}><v>${cell}</v></c>`;
      else text += `<c ${place} t="s"><v>${numberOf(cell, strings)}</v></c>`;
    });
    yield `${text}</row>`;
  }
  yield '</sheetData></worksheet>';
}

function numberOf(text: string, strings: Map<string, number>): number {
  const known = strings.get(text);
  if (known !== undefined) return known;
  strings.set(text, strings.size);
  return strings.size - 1;
}

function* stringsText(strings: Map<string, number>): Generator<string> {
  yield `${XML}<sst xmlns="${SHEET}" uniqueCount="${strings.size}">`;
  for (const text of strings.keys()) yield `<si><t xml:space="preserve">${xmlText(text)}</t></si>`;
  yield '</sst>';
}

function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 has no control characters. */
function xmlText(text: string): string {
  return text
    .replace(/[&<>"]/g, (c) => entities[c]!)
    .replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, '?');
}
