/** From the text of a table to its samples, and where each row stands in the text. */
import type { Sample } from '../sample.js';
import { CellFault, shown, textOf } from './cell.js';
import { type ColumnName, columnsRead } from './columns.js';
import { type Cells, type RowRules, sampleOf } from './sample-row.js';
import { type TableRow, tableRows } from './table-rows.js';

/** Columns that say nothing where they are empty in all rows. */
export type Decisive = 'exclusion' | 'is_sampled';

export interface SampleTable {
  header: readonly string[];
  samples: readonly Sample[];
  /** Where in the text header and rows begin and end. */
  starts: readonly number[];
  ends: readonly number[];
  /** Decisive columns that the table has, and those that some row fills. */
  present: ReadonlySet<Decisive>;
  filled: ReadonlySet<Decisive>;
}

/** Makes the error for a place of the table. */
export type Fault = (place: string, found: string, expected: string, cause?: unknown) => Error;

/**
 * Reads all rows; those columns decide over them, if the table has them.
 *
 * @throws OpenQuote; what `fault` makes
 */
export function readSampleTable(
  text: string,
  rules: Omit<RowRules, 'decisive'>,
  decisive: ReadonlySet<Decisive>,
  fault: Fault,
): SampleTable {
  const rows = tableRows(text, (cells) => cells.map((name) => columnsRead.has(name.trim())));
  const first = rows.next();
  if (first.done) throw fault('line 1', 'nothing', 'names of columns');
  const header = first.value.cells.map((name) => name.trim());
  const lacking = missingColumn(header);
  if (lacking)
    throw fault(`line ${first.value.line}`, `no column ${lacking}`, 'it among the names of columns');
  // Of columns with one name the first counts.
  const places = new Map(header.map((name, i) => [name, i] as const).reverse());
  const present = new Set([...decisive].filter((name) => places.has(name)));
  const table = { header, samples: [] as Sample[], starts: [0], ends: [first.value.end], present };
  const filled = new Set<Decisive>();
  const rowRules = { ...rules, decisive: present };
  const seen: Seen = { lines: new Map(), species: new Map() };
  let row: TableRow;
  const cells: Cells = (column) => textOf(row.cells[places.get(column) ?? row.cells.length]);
  for (row of rows) {
    const place = `line ${row.line}`;
    if (row.cells.length > header.length)
      throw fault(place, `${row.cells.length} columns`, `${header.length} as in the header`);
    for (const name of present) if (!filled.has(name) && cells(name) !== '') filled.add(name);
    try {
      const sample = sampleOf(cells, rowRules, table.samples.length);
      checkAgainst(seen, sample, cells, row.line);
      table.samples.push(sample);
    } catch (error) {
      if (!(error instanceof CellFault)) throw error;
      throw fault(`${place}, column ${error.column}`, error.found, error.expected, error);
    }
    table.starts.push(row.start);
    table.ends.push(row.end);
  }
  return { ...table, filled };
}

function missingColumn(names: string[]): ColumnName | undefined {
  if (!names.includes('lib_layout') && !names.includes('layout_amalgkit')) return 'lib_layout';
  return (['run', 'scientific_name', 'total_spots'] as const).find((name) => !names.includes(name));
}

/** What the rows before had. */
interface Seen {
  /** Line of each run. */
  lines: Map<string, number>;
  /** Name of the species of each folder. */
  species: Map<string, string>;
}

/** @throws CellFault for a run that was there before, and for a second species in one folder */
function checkAgainst({ lines, species }: Seen, sample: Sample, cells: Cells, line: number): void {
  const before = lines.get(sample.run);
  if (before !== undefined)
    throw new CellFault('run', `${sample.run} a second time`, `it once, as on line ${before}`);
  lines.set(sample.run, line);
  if (sample.excluded !== undefined) return;
  const name = cells('scientific_name').replace(/\s+/g, ' ');
  // Some disks do not tell A from a.
  const folder = sample.species.toLowerCase();
  const other = species.get(folder) ?? name;
  if (other !== name)
    throw new CellFault(
      'scientific_name',
      `${shown(name)}, whose folder ${sample.species} is that of ${shown(other)}`,
      'a folder for each species: fill species_token',
    );
  species.set(folder, name);
}
