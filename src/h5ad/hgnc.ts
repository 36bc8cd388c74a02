/** The table of the HUGO Gene Nomenclature Committee: Ensembl gene ids and approved symbols. */

import { writeFileAtomically } from '../engine/atomic.js';
import { gtkError } from '../errors.js';
import { listNames, tableColumns, tableText } from './text-table.js';

/** The names that the columns have had, newest first; ids supplied by Ensembl stand in for curated ones. */
const idNames = [
  'ensembl_gene_id',
  'Ensembl gene ID',
  'Ensembl gene ID(supplied by Ensembl)',
  'Ensembl ID(supplied by Ensembl)',
];
const symbolNames = ['symbol', 'Approved symbol'];
const statusNames = ['status', 'Status'];

/**
 * Reads the approved symbol of each Ensembl gene id from the HGNC complete set, TSV in any compression or
 * Parquet, told by the content; or from what {@link writeHgncCache} wrote. Rows without an id or a symbol,
 * and those of another status than Approved, are left out; of rows with one id the first counts.
 *
 * @throws GTK_HGNC for a file without these columns or any such row; GTK_UNREADABLE, GTK_TRUNCATED,
 *   GTK_CORRUPT
 */
export async function readHgnc(path: string): Promise<Map<string, string>> {
  const refuse = (found: string) =>
    gtkError('GTK_HGNC', { path, found, expected: 'the columns ensembl_gene_id and symbol' });
  const columns = await tableColumns(path, await tableText(path, refuse), (names) => {
    const present = (wanted: string[]) => wanted.filter((name) => names.includes(name));
    const [ids, symbols] = [present(idNames), present(symbolNames)];
    if (ids.length === 0 || symbols.length === 0) throw refuse(listNames(names));
    return [...ids, ...symbols, ...present(statusNames)];
  });
  const valuesOf = (names: string[]) =>
    names.map((name) => columns.get(name)).filter((values) => values !== undefined);
  const ids = valuesOf(idNames);
  const symbols = valuesOf(symbolNames)[0]!;
  const statuses = valuesOf(statusNames)[0];

  const symbolOf = new Map<string, string>();
  for (let row = 0; row < symbols.length; row++) {
    const symbol = symbols[row];
    const id = ids.find((values) => values[row])?.[row];
    const isApproved = (statuses?.[row] ?? 'Approved') === 'Approved';
    if (id && symbol && isApproved && !symbolOf.has(id)) symbolOf.set(id, symbol);
  }
  if (symbolOf.size === 0) throw refuse('no row with both');
  return symbolOf;
}

/**
 * Writes what {@link readHgnc} read as a small table that it reads quickly: the two columns, rows by rising
 * id. A symbol with white space, which is no gene token, is left out.
 *
 * @throws GTK_NOT_WRITABLE
 */
export function writeHgncCache(symbolOf: ReadonlyMap<string, string>, path: string): void {
  const rows = [...symbolOf]
    .filter((row) => row.every((value) => !/\s/.test(value)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, symbol]) => `${id}\t${symbol}\n`);
  writeFileAtomically(path, `ensembl_gene_id\tsymbol\n${rows.join('')}`);
}
