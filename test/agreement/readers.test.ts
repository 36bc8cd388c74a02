import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { codonNames } from '../../src/codon/genetic-code.js';
import { tableFormats } from '../../src/formats/table/table.js';
import { temporaryFolder } from '../run-gtk.js';
import { type CodonRun, runCodon, type TsvRow } from './codon-run.js';
import { nastyFasta } from './nasty-fasta.js';
import { type ColumnType, duckdb, type ReadTable, tableReaders } from './table-readers.js';

const required = (type: ColumnType, names: string) =>
  names.split(' ').map((name) => ({ name, type, nullable: false }));
const nullable = (names: string) =>
  names.split(' ').map((name) => ({ name, type: 'float64' as ColumnType, nullable: true }));

/** The columns that users are promised, in order. */
const promised = {
  codon_usage: [
    ...required('utf8', 'codon amino_acid'),
    ...required('uint64', 'count'),
    ...nullable('frequency per_thousand rscu'),
  ],
  sequences: [
    ...required('utf8', 'id description'),
    ...required('uint64', 'length codons ambiguous'),
    ...required('uint32', 'l_aa l_sym'),
    ...nullable('gc gc3 gc3s gc4d t3s c3s a3s g3s enc enc_sun cai cbi fop gravy aromo'),
    ...required('uint32', codonNames.join(' ')),
  ],
};
type TableName = keyof typeof promised;
const tables = Object.keys(promised) as TableName[];

const inputs = [
  // More rows than a row group has.
  { name: 'many records', text: () => nastyFasta(8999, 5), sequences: 9000 },
  { name: 'a few codons', text: () => '>a one\nATGAAA\n>b\nNNN\n', sequences: 2 },
  { name: 'no codon at all', text: () => '>a\nAC\n', sequences: 1 },
];

describe.each(inputs)('the tables of $name', ({ name, text, sequences }) => {
  const folder = temporaryFolder();
  let run: CodonRun;
  const file = (table: TableName, format: string) => path.join(run.folder, `${table}.${format}`);
  const rows = (table: TableName) => (table === 'sequences' ? run.sequences : run.usage);

  beforeAll(async () => {
    const input = path.join(folder, 'input.fa');
    writeFileSync(input, text());
    const formats = ['--format', tableFormats.join(',')];
    run = await runCodon(folder, input, '--rscu', '--per-sequence', '--min-count', '0', ...formats);
    expect(run.usage.length).toBe(64);
    expect(run.sequences.length).toBe(sequences);
  });

  describe.each(tables)('%s', (table) => {
    const columns = promised[table];

    it.each(tableReaders)('$program reads $format: every value, in order', async ({ format, read }) => {
      const found = await read(file(table, format));
      expect(Object.keys(found.columns).sort()).toEqual(columns.map((column) => column.name).sort());
      if (format !== 'json') expect(Object.keys(found.columns)).toEqual(columns.map((column) => column.name));
      if (found.types) {
        expect(found.types).toEqual(Object.fromEntries(columns.map((column) => [column.name, column.type])));
      }
      const { compared, differences } = compare(table, found, rows(table));
      expect(differences).toEqual([]);
      expect(compared).toBe(rows(table).length * columns.length);
    });

    it('declares in Parquet which values can be missing', async () => {
      const schema = await duckdb(
        `select name, repetition_type from parquet_schema('${file(table, 'parquet')}') where num_children is null`,
      );
      expect(schema.columns.name).toEqual(columns.map((column) => column.name));
      expect(schema.columns.repetition_type).toEqual(
        columns.map((column) => (column.nullable ? 'OPTIONAL' : 'REQUIRED')),
      );
    });

    it('declares in Arrow which values can be missing', () => {
      const { fields } = tableFromIPC(readFileSync(file(table, 'arrow'))).schema;
      expect(fields.map((field) => ({ name: field.name, nullable: field.nullable }))).toEqual(
        columns.map((column) => ({ name: column.name, nullable: column.nullable })),
      );
    });
  });

  it('add up in SQL to the codons of the summary', async () => {
    const { columns } = await duckdb(
      `select sum("count") as codons from '${file('codon_usage', 'parquet')}'`,
    );
    expect(columns.codons).toEqual([run.summary.codons]);
  });

  it('tell the same of every codon in SQL, by record and together', async () => {
    const { columns } = await duckdb(
      `select codon, u.count::double as together, s.n::double as by_record
       from '${file('codon_usage', 'parquet')}' u join (
         select codon, sum(n) as n from (
           unpivot (select columns('^[ACGT]{3}$') from '${file('sequences', 'parquet')}') on * into name codon value n
         ) group by codon
       ) s using (codon) order by codon`,
    );
    expect(columns.codon).toEqual(codonNames);
    expect(columns.by_record).toEqual(columns.together);
  });

  it('have undefined values where they should', () => {
    const empty = (table: TableName, column: string) =>
      rows(table).filter((row) => row[column] === '').length;
    if (name === 'many records') {
      expect(empty('codon_usage', 'rscu')).toBe(0);
      expect(empty('sequences', 'enc')).toBeGreaterThan(1000);
      expect(empty('sequences', 'enc')).toBeLessThan(9000);
      expect(tableFromIPC(readFileSync(file('sequences', 'arrow'))).batches.length).toBeGreaterThan(1);
    } else if (name === 'a few codons') {
      // Lysine has two codons and methionine one.
      expect(empty('codon_usage', 'rscu')).toBe(61);
      expect(empty('codon_usage', 'frequency')).toBe(0);
      expect(empty('sequences', 'gc')).toBe(1);
    } else {
      expect(empty('codon_usage', 'rscu')).toBe(64);
      expect(empty('codon_usage', 'frequency')).toBe(64);
      expect(empty('sequences', 'gc')).toBe(1);
    }
  });
});

/** Every value of a table that was read against the cell of the TSV file, at full precision. */
function compare(
  table: TableName,
  found: ReadTable,
  expected: TsvRow[],
): { compared: number; differences: string[] } {
  const differences: string[] = [];
  let compared = 0;
  for (const { name, type } of promised[table]) {
    const values = found.columns[name]!;
    if (values.length !== expected.length) differences.push(`${name} has ${values.length} rows`);
    for (const [place, row] of expected.entries()) {
      const value = values[place];
      // Readers of text take an empty cell of text for null; in TSV a tab within text is a space.
      const agrees =
        type === 'utf8'
          ? String(value ?? '').replaceAll('\t', ' ') === row[name]
          : value === (row[name] === '' ? null : Number(row[name]));
      compared++;
      if (!agrees && differences.length < 10)
        differences.push(`row ${place}, ${name}: ${value}, not ${row[name]}`);
    }
  }
  return { compared, differences };
}
