/** The filtered site table of one merge distance, as TSV, JSON and XLSX. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MAX_ROWS, writeXlsx } from '../../formats/xlsx/write.js';
import type { Workspace } from '../workspace.js';
import { PREFIX, type SiteRow } from './site-rows.js';
import { TextFile } from './text-file.js';

const columns = [
  'row',
  'seqnames',
  'start',
  'end',
  'name',
  'nUniqueReads',
  'strand',
  'nReads',
  'nOverlapWithSpike',
  'gene',
  'tss_distances',
  'gene_region',
  'percent',
  'percentAllReads',
  'refined_start',
  'refined_end',
] as const satisfies readonly (keyof SiteRow)[];

/** The column of row numbers has no heading, as in R's tables. */
const headings = columns.map((column) => (column === 'row' ? '' : column));

/** A file of one merge distance in `folder`. */
export function peakFile(folder: string, distance: number, ending: string): string {
  return path.join(folder, `${PREFIX}.d${distance}.peak.merge.${ending}`);
}

/** Writes the table three times over. Throws GTK_NOT_WRITABLE. */
export async function writeSiteTable(
  folder: string,
  distance: number,
  rows: readonly SiteRow[],
): Promise<void> {
  const tsv = new TextFile(peakFile(folder, distance, 'tsv'));
  const json = new TextFile(peakFile(folder, distance, 'json'));
  try {
    tsv.text(headings.join('\t')).line();
    json.text('[');
    rows.forEach((row, i) => {
      tsv.text(columns.map((column) => row[column]).join('\t')).line();
      json.text(`${i > 0 ? ',' : ''}\n${JSON.stringify(row)}`);
    });
    json.text('\n]').line();
  } finally {
    tsv.close();
    json.close();
  }
  await writeXlsx(peakFile(folder, distance, 'xlsx'), 'Sheet1', sheet(rows));
}

/** What does not fit is of the smallest clones. */
function* sheet(rows: readonly SiteRow[]): Generator<(string | number)[]> {
  yield headings;
  for (const row of rows.slice(0, MAX_ROWS - 1))
    yield columns.map((column) => (column === 'row' ? String(row.row) : row[column]));
}

/**
 * The filtered site table of one merge distance, the largest sites first.
 *
 * @returns undefined if there is none: no analysis was made yet
 */
export function readSiteTable(workspace: Workspace, distance: number): SiteRow[] | undefined {
  try {
    const text = readFileSync(peakFile(workspace.resolve('bed2peak'), distance, 'json'), 'utf8');
    return JSON.parse(text) as SiteRow[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
