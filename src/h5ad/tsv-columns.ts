/** A value of a table's row: null where it is empty, undefined where the row ends before its column. */
export type TextValue = string | null | undefined;

/** Columns of a table by name, all with a value a row. */
export type TextColumns = Map<string, TextValue[]>;

/** From the names of all columns those to be read; throws if the table is not the one that is expected. */
export type ColumnChoice = (names: string[]) => string[];

/**
 * Columns of tab-separated text (IANA text/tab-separated-values): a header line, then one row a line, LF or
 * CR LF. No value holds a tab or a line end. Quotes around a value are left out, and doubled ones within them
 * are one. Empty lines are no rows. Of columns with one name the first counts.
 */
export function tsvColumns(text: string, choose: ColumnChoice): TextColumns {
  const header = lineAt(text, 0);
  const names = text.slice(0, header.end).split('\t').map(unquoted);
  const columns: TextColumns = new Map(choose(names).map((name) => [name, []]));
  const columnAt = names.map((name, i) => (names.indexOf(name) === i ? columns.get(name) : undefined));
  // A line is looked at only as far as the last column that is read.
  columnAt.length = columnAt.findLastIndex((column) => column !== undefined) + 1;
  for (let start = header.next; start < text.length; ) {
    const { end, next } = lineAt(text, start);
    if (end > start) readRow(text.slice(start, end), columnAt);
    start = next;
  }
  return columns;
}

/** Adds the values of a line to the columns at their places. */
function readRow(line: string, columnAt: (TextValue[] | undefined)[]): void {
  let at = 0;
  for (const column of columnAt) {
    const tab = line.indexOf('\t', at);
    const end = tab === -1 ? line.length : tab;
    column?.push(at > line.length ? undefined : unquoted(line.slice(at, end)) || null);
    at = end + 1;
  }
}

/** Where the line that begins at `start` ends, and where the next one begins. */
function lineAt(text: string, start: number): { end: number; next: number } {
  const feed = text.indexOf('\n', start);
  const end = feed === -1 ? text.length : feed;
  return { end: end > start && text[end - 1] === '\r' ? end - 1 : end, next: end + 1 };
}

function unquoted(field: string): string {
  if (!field.startsWith('"') || !field.endsWith('"') || field.length < 2) return field;
  return field.slice(1, -1).replaceAll('""', '"');
}
