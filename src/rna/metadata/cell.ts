/** Values of single cells, as people, pandas and archives write them. */

/** What is wrong with one cell. */
export class CellFault extends Error {
  constructor(
    readonly column: string,
    readonly found: string,
    readonly expected: string,
  ) {
    super(`${column}: found ${found}, expected ${expected}`);
  }
}

/** A cell as an error shows it. */
export function shown(cell: string): string {
  return cell === '' ? 'nothing' : JSON.stringify(cell.length > 60 ? `${cell.slice(0, 60)}…` : cell);
}

/** Words that pandas takes for a missing value. */
const missing = new Set([
  '#N/A',
  '#N/A N/A',
  '#NA',
  '-NaN',
  '-nan',
  '<NA>',
  'N/A',
  'NA',
  'NULL',
  'NaN',
  'None',
  'n/a',
  'nan',
  'null',
]);

const LONGEST_MISSING = Math.max(...[...missing].map((word) => word.length));

/** The cell without blanks around it; '' for a missing value. */
export function textOf(cell: string | undefined): string {
  const text = cell?.trim() ?? '';
  // Most cells are longer, or numbers.
  return text.length <= LONGEST_MISSING && !(text >= '0' && text < ':') && missing.has(text) ? '' : text;
}

/** A number, which pandas may have given a fraction of `.0`; undefined where the cell is empty. @throws CellFault */
export function numberOf(column: string, text: string): number | undefined {
  if (text === '') return undefined;
  const value = /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new CellFault(column, shown(text), 'a number');
  return value;
}

/** Whether a cell says yes; undefined where it is empty. @throws CellFault */
export function yesOf(column: string, text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (word === '') return undefined;
  if (word !== 'yes' && word !== 'no') throw new CellFault(column, shown(text), 'yes or no');
  return word === 'yes';
}

/**
 * Whether a text can name a file or folder: no separator, no control character, no dot at the front, no two in
 * a row.
 */
export function isSafeName(text: string): boolean {
  return text !== '' && text.length <= 200 && !/[/\\\u0000-\u001f\u007f]|^\.|\.\./.test(text);
}
