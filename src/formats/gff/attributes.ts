/** Column 9 of GFF3 and GTF: the two dialects differ in little else. */

/** `gff3`: `key=value;`, percent-encoded; `gtf`: `key "value";`. */
export type Dialect = 'gff3' | 'gtf';

/**
 * Tells the dialect by the look of column 9, since file names and version directives are often wrong or missing.
 *
 * @returns undefined where the column says nothing (empty or `.`) or is neither
 */
export function dialectOf(column: string): Dialect | undefined {
  if (/^\s*[^\s=;"]+=/.test(column)) return 'gff3';
  if (/^\s*[^\s=;"]+\s+\S/.test(column)) return 'gtf';
  return undefined;
}

/**
 * The attributes of a GFF3 line, values still percent-encoded: a comma that separates values must be told from
 * an encoded one, so decode after splitting (GFF3 specification, column 9).
 */
export function gff3Attributes(column: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const pair of column.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0) attributes.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
  }
  return attributes;
}

const gtfPair = /[\s;]*([^\s;"]+)\s+(?:"([^"]*)"|([^\s;"]+))/y;

/** The attributes of a GTF line; of a repeated key (`tag`, `ont`) the first value. */
export function gtfAttributes(column: string): Map<string, string> {
  const attributes = new Map<string, string>();
  gtfPair.lastIndex = 0;
  for (let match = gtfPair.exec(column); match; match = gtfPair.exec(column)) {
    const key = match[1]!;
    if (!attributes.has(key)) attributes.set(key, match[2] ?? match[3]!);
  }
  return attributes;
}

/** Undoes GFF3's percent-encoding; text that is not encoded properly (a bare `%`) stays as it is. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
