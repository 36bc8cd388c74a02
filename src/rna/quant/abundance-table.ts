/** Judges a table of abundances as kallisto writes it, over its bytes: a resume may have thousands to judge. */

/** Columns of `abundance.tsv`, in kallisto's order. */
export const abundanceColumns = ['target_id', 'length', 'eff_length', 'est_counts', 'tpm'] as const;

/** What a good table holds. */
export interface AbundanceFacts {
  targets: number;
  /** Whether any target has counts. */
  hasCounts: boolean;
}

/** What is wrong with a table. */
export class BadTable extends Error {}

const TAB = 9;
const NEWLINE = 10;

/**
 * Checks a whole table: the five columns, in any order; as many fields in each row; names that are not empty
 * and unique; numbers that are finite and not negative; a newline at the end, without which the last number may
 * be cut off.
 *
 * @throws BadTable naming the line
 */
export function checkAbundance(bytes: Buffer): AbundanceFacts {
  const headerEnd = bytes.indexOf(NEWLINE);
  const header = bytes.toString('latin1', 0, headerEnd === -1 ? Math.min(bytes.length, 200) : headerEnd);
  const columns = header.split('\t');
  if (columns.toSorted().join() !== abundanceColumns.toSorted().join()) {
    throw new BadTable(`line 1 is '${header}', expected the columns ${abundanceColumns.join(', ')}`);
  }
  if (bytes[bytes.length - 1] !== NEWLINE) throw new BadTable('it is cut off in its last line');
  const nameColumn = columns.indexOf('target_id');
  const countColumn = columns.indexOf('est_counts');
  const names = new Set<string>();
  let hasCounts = false;
  let at = headerEnd + 1;
  for (let line = 2; at < bytes.length; line += 1) {
    for (let column = 0; column < columns.length; column += 1) {
      const isLast = column === columns.length - 1;
      const start = at;
      while (bytes[at] !== TAB && bytes[at] !== NEWLINE) at += 1;
      if (bytes[at] !== (isLast ? NEWLINE : TAB)) {
        throw new BadTable(`line ${line} has ${isLast ? 'more' : 'fewer'} fields than the header`);
      }
      if (column === nameColumn) {
        const before = names.size;
        const name = bytes.toString('latin1', start, at);
        if (name === '') throw new BadTable(`line ${line} has no target_id`);
        if (names.add(name).size === before) throw new BadTable(`line ${line} has target ${name} again`);
      } else {
        const sign = amount(bytes, start, at);
        if (sign === undefined) {
          const found = bytes.toString('latin1', start, Math.min(at, start + 30));
          throw new BadTable(
            `line ${line} has '${found}' as ${columns[column]}, expected a number of at least 0`,
          );
        }
        if (column === countColumn && sign > 0) hasCounts = true;
      }
      at += 1;
    }
  }
  return { targets: names.size, hasCounts };
}

/** 0 for nothing, 1 for more, undefined for what is no finite number of at least 0. */
function amount(bytes: Buffer, start: number, end: number): 0 | 1 | undefined {
  let digits = 0;
  let points = 0;
  let isMore: 0 | 1 = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte >= 0x30 && byte <= 0x39) {
      digits += 1;
      if (byte !== 0x30) isMore = 1;
    } else if (byte === 0x2e) points += 1;
    else return unusualAmount(bytes.toString('latin1', start, end));
  }
  return digits > 0 && points <= 1 && digits < 300
    ? isMore
    : unusualAmount(bytes.toString('latin1', start, end));
}

/** The same for what is not made of digits and one point alone, such as 5.12e-08. */
function unusualAmount(text: string): 0 | 1 | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? (value > 0 ? 1 : 0) : undefined;
}
