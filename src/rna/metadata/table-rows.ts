/** Rows of tab-separated text with the quotes of CSV (RFC 4180), as pandas reads them. */

/** One row. */
export interface TableRow {
  /** Where its text begins. */
  start: number;
  /** Where the next row's text begins. */
  end: number;
  /** Line of the text on which it begins, from 1. */
  line: number;
  /** Values in the order of the columns; '' for those that are not wanted. */
  cells: string[];
}

/** A quote that is never closed. */
export class OpenQuote extends Error {
  constructor(
    /** Line on which the quoted value begins, from 1. */
    readonly line: number,
  ) {
    super(`a quote that begins on line ${line} is never closed`);
  }
}

/**
 * Yields the rows of a text, its header line among them; empty lines are none. A value that begins with a quote
 * goes on to the next single one, across tabs and line ends; elsewhere quotes are characters like others. Lines
 * end in LF or CR LF; a byte order mark is left out.
 *
 * @param choose tells from the cells of the header which columns are wanted; default is all
 * @throws OpenQuote
 */
export function* tableRows(text: string, choose?: (header: string[]) => boolean[]): Generator<TableRow> {
  let line = 1;
  let wanted: boolean[] | undefined;
  for (let start = text.startsWith('\ufeff') ? 1 : 0; start < text.length; ) {
    const row = rowAt(text, start, line, wanted);
    line += 1 + row.breaks;
    start = row.end;
    if (row.cells.length === 1 && text.slice(row.start, row.end).trim() === '') continue;
    wanted ??= choose?.(row.cells);
    yield row;
  }
}

/** A row, and how many line ends its values hold. */
function rowAt(
  text: string,
  start: number,
  line: number,
  wanted: boolean[] | undefined,
): TableRow & { breaks: number } {
  const isWanted = () => wanted === undefined || wanted[cells.length] === true;
  const cells: string[] = [];
  let breaks = 0;
  let end = lineEnd(text, start);
  for (let at = start; ; ) {
    let value = '';
    if (text[at] === '"') {
      const quoted = quotedAt(text, at, line + breaks);
      for (let i = text.indexOf('\n', at); i !== -1 && i < quoted.end; i = text.indexOf('\n', i + 1))
        breaks += 1;
      value = quoted.value;
      at = quoted.end;
      end = lineEnd(text, at);
    }
    const tab = text.indexOf('\t', at);
    if (tab !== -1 && tab < end) {
      cells.push(isWanted() ? value + text.slice(at, tab) : '');
      at = tab + 1;
      continue;
    }
    const isCrLf = text[end] === '\n' && end > at && text[end - 1] === '\r';
    cells.push(isWanted() ? value + text.slice(at, isCrLf ? end - 1 : end) : '');
    return { start, end: Math.min(end + 1, text.length), line, cells, breaks };
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** The value whose quote opens at `start`, and where the text goes on behind its closing quote. */
function quotedAt(text: string, start: number, line: number): { value: string; end: number } {
  let value = '';
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote === -1) throw new OpenQuote(line);
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}
